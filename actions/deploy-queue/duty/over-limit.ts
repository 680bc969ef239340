import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { keepComment } from '../../../shared/github/sticky-comment.js'
import { escapeMarkdown, markdownCode } from '../../../shared/report/markdown.js'
import { fixedCommits, type PullRequestText } from '../fixes.js'
import type { QueueState, UndeployedChange } from '../types.js'

const marker = '<!-- lockstep:excess -->'

/**
 * What is merged and undeployed beyond the policy's limit, with what it shares the queue with; nothing where the limit holds.
 * What came in as an exception, or repairs another one, counts for nothing.
 *
 * @param said what each pull request says of itself, by number
 */
export function overLimitOf(
  { max, undeployed }: Pick<QueueState, 'max' | 'undeployed'>,
  said: ReadonlyMap<number, PullRequestText>,
  exceptions: string[],
  upstream: string,
): UndeployedChange[] {
  const counted = undeployed.filter((one) => {
    const own = one.pull === undefined ? undefined : said.get(one.pull)
    if (!own) return true
    const others = undeployed.filter((other) => other !== one)
    return !own.labels.some((label) => exceptions.includes(label)) && fixedCommits(own, others, upstream).length === 0
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
export async function notifyOverLimit(
  { upstream, repo, gateBot, exceptions }: Place,
  queue: QueueState,
): Promise<number> {
  if (queue.undeployed.length <= queue.max) return 0
  const said = await readSaid(upstream, repo, queue.undeployed)
  const excess = overLimitOf(queue, said, exceptions, repo)
  for (const { pull } of excess) {
    if (pull !== undefined)
      await keepComment(upstream, { repo, number: pull, marker, by: gateBot }, words(queue, excess), true)
  }
  return excess.length
}

async function readSaid(
  upstream: GitHub,
  repo: string,
  undeployed: UndeployedChange[],
): Promise<Map<number, PullRequestText>> {
  const numbers = undeployed.flatMap(({ pull }) => pull ?? [])
  const read = numbers.map(async (number): Promise<[number, PullRequestText]> => {
    const { data } = await upstream.rest.pulls.get({ ...repoRef(repo), pull_number: number })
    const labels = data.labels.map(({ name }) => name)
    return [number, { title: data.title, body: data.body ?? '', labels }]
  })
  return new Map(await Promise.all(read))
}

/** The same words under each of them: numbers and logins, nothing that changes by itself. */
function words({ component, max }: QueueState, excess: UndeployedChange[]): string {
  const names = excess.map(({ pull, commit, duty }) => {
    const name = pull === undefined ? markdownCode(commit.slice(0, 7)) : `#${pull}`
    return duty === undefined ? name : `${name} (${escapeMarkdown(duty)})`
  })
  return [
    marker,
    `**Too many undeployed changes.** ${names.join(' and ')} are merged, but not deployed and verified yet; the policy allows ${max} of ${markdownCode(component)} at a time (\`deploy-queue.max-undeployed\`).`,
    '',
    'Nothing is broken, and nothing has to be undone: they are deployed together. See that deploy through together, and merge nothing more until then. If it fails, all of them are rolled back, and it is not clear at once which one is the cause.',
    '',
    'Possible causes: two merges within a few seconds, or an admin who merged although `lockstep / queue` was red. A merge queue with group size 1 enforces the limit.',
    '',
  ].join('\n')
}
