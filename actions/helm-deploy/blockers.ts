import { UserError } from '../../shared/action/errors.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'

/** An open issue that forbids deploying, whoever opened it: what cannot be judged yet blocks. */
export interface Blocker {
  kind: 'held' | 'frozen'
  number: number
  title: string
  url: string
}

const labels = { held: 'deploy-hold', frozen: 'deploy-freeze' } as const

export async function readBlockers(github: GitHub, repo: string): Promise<Blocker[]> {
  const lists = (['frozen', 'held'] as const).map(async (kind) => {
    const { data } = await github.rest.issues.listForRepo({ ...repoRef(repo), state: 'open', labels: labels[kind] })
    return data.map(({ number, title, html_url: url }) => ({ kind, number, title, url }))
  })
  return (await Promise.all(lists)).flat()
}

export function refusalOf(blocker: Blocker): UserError {
  const [what, mend] =
    blocker.kind === 'frozen'
      ? ['A freeze is in force', 'Close it when deploying is safe again']
      : ['A hold forbids deploying', 'Close it when upstream is fixed or reverted']
  return new UserError(blocker.kind, `${what}: #${blocker.number} ${JSON.stringify(blocker.title)} (${blocker.url}).`, {
    fix: `${mend}, then run this job again.`,
  })
}
