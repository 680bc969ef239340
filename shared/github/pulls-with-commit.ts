import { type GitHub, repoRef } from './client.js'
import { listPages } from './pages.js'

export type ApiPull = Awaited<
  ReturnType<GitHub['rest']['repos']['listPullRequestsAssociatedWithCommit']>
>['data'][number]

/**
 * The pull requests that GitHub associates with a commit, 100 a request and only as far as they are taken. Anybody can open others whose
 * head has that commit: whether they are named as well is open (C36).
 *
 * @param sha 40 hex digits
 * @throws UserError `misconfigured` beyond 2,000
 */
export function pullsWithCommit(github: GitHub, repo: string, sha: string): AsyncGenerator<ApiPull> {
  const asked = { ...repoRef(repo), commit_sha: sha, per_page: 100 }
  return listPages(github.paginate.iterator(github.rest.repos.listPullRequestsAssociatedWithCommit, asked), {
    list: `pull requests of ${repo} with the commit ${sha}`,
    fix: 'Close those that nobody works on, and delete their branches.',
  })
}
