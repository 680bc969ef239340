import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { keepComment } from '../../../shared/github/sticky-comment.js'
import { code, plain } from '../../../shared/report/markdown.js'
import { repairsOf, type Said } from '../repairs.js'
import type { Lane, Undeployed } from '../types.js'

const marker = '<!-- lockstep:excess -->'

/**
 * What is merged and undeployed beyond the policy's limit, with what it shares the lane with; nothing where the limit holds.
 * What came in as an exception, or repairs another one, counts for nothing.
 *
 * @param said what each pull request says of itself, by number
 */
export function excessOf(
  { max, undeployed }: Pick<Lane, 'max' | 'undeployed'>,
  said: ReadonlyMap<number, Said>,
  exceptions: string[],
  upstream: string,
): Undeployed[] {
  const counted = undeployed.filter((one) => {
    const own = one.pull === undefined ? undefined : said.get(one.pull)
    if (!own) return true
    const others = undeployed.filter((other) => other !== one)
    return !own.labels.some((label) => exceptions.includes(label)) && repairsOf(own, others, upstream).length === 0
  })
  return counted.length > max ? counted : []
}

interface Place {
  upstream: GitHub
  /** `owner/name` of the upstream repository. */
  repo: string
  /** User id of the gate App's bot, whose token it is. */
  gateBot: number
  exceptions: string[]
}

/** Tells each pull request once that more was merged than may be. Returns how many there are. */
export async function tellExcess({ upstream, repo, gateBot, exceptions }: Place, lane: Lane): Promise<number> {
  if (lane.undeployed.length <= lane.max) return 0
  const said = await readSaid(upstream, repo, lane.undeployed)
  const excess = excessOf(lane, said, exceptions, repo)
  for (const { pull } of excess) {
    if (pull !== undefined)
      await keepComment(upstream, { repo, number: pull, marker, by: gateBot }, words(lane, excess), true)
  }
  return excess.length
}

async function readSaid(upstream: GitHub, repo: string, undeployed: Undeployed[]): Promise<Map<number, Said>> {
  const numbers = undeployed.flatMap(({ pull }) => pull ?? [])
  const read = numbers.map(async (number): Promise<[number, Said]> => {
    const { data } = await upstream.rest.pulls.get({ ...repoRef(repo), pull_number: number })
    const labels = data.labels.map(({ name }) => name)
    return [number, { title: data.title, body: data.body ?? '', labels }]
  })
  return new Map(await Promise.all(read))
}

/** The same words under each of them: numbers and logins, nothing that changes by itself. */
function words({ component, max }: Lane, excess: Undeployed[]): string {
  const names = excess.map(({ pull, commit, duty }) => {
    const name = pull === undefined ? code(commit.slice(0, 7)) : `#${pull}`
    return duty === undefined ? name : `${name} (${plain(duty)})`
  })
  return [
    marker,
    `**More is merged than may be undeployed.** ${names.join(' and ')} were merged before the one was deployed and verified; the policy allows ${max} of ${code(component)} at a time (\`lane.max-undeployed\`).`,
    '',
    'Nothing is broken, and nothing has to be undone: they are deployed together. See that through together, and merge nothing more until then. If the deploy fails, all of them go back, and nobody knows at once which one is to blame.',
    '',
    'Two merges within the same seconds can do this, or an admin who merges past a red `lockstep / lane`. A merge queue with group size 1 makes the limit strict.',
    '',
  ].join('\n')
}
