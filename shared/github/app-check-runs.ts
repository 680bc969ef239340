import { type GitHub, repoRef } from './client.js'
import { firstInPages, listPages } from './pages.js'

export type ListedCheckRun = Awaited<ReturnType<GitHub['rest']['checks']['listForRef']>>['data']['check_runs'][number]

export interface AppCheck {
  /** `owner/name` */
  repo: string
  /** The commit, 40 hex digits. */
  commit: string
  name: string
  /** Id of the App: nobody else's check run of that name counts. */
  app: number
}

/**
 * Every check run of a name that an App made on a commit, the newest first: several pull requests can have one head, and each
 * verdict is a check run of its own (C4). So all are read, by pages.
 *
 * @throws UserError `misconfigured` beyond 2,000
 */
export async function appCheckRuns(github: GitHub, { repo, commit, name, app }: AppCheck): Promise<ListedCheckRun[]> {
  const asked = { ...repoRef(repo), ref: commit, check_name: name, app_id: app, filter: 'all' as const, per_page: 100 }
  const all = listPages(github.paginate.iterator(github.rest.checks.listForRef, asked), {
    list: `check runs "${name}" of ${repo} on ${commit}`,
    fix: 'Push a new commit: its list of checks starts empty.',
  })
  const own = (await firstInPages(all)).filter((run) => run.app?.id === app && run.name === name)
  return own.toSorted((one, other) => other.id - one.id)
}
