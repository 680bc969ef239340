import { type GitHub, repoRef } from './client.js'
import { listPages } from './pages.js'

export type ListedPull = Awaited<ReturnType<GitHub['rest']['pulls']['list']>>['data'][number]

/**
 * The pull requests from a branch of the repository itself into another of its branches, in GitHub's order: newest first. A branch can
 * have a pull request into each other branch, and `owner:branch` also finds those of forks that the same owner has: none of them counts.
 *
 * @param branch name of the head
 * @param base name of the branch that it goes into
 * @throws UserError `misconfigured` beyond 2,000
 */
export async function* pullsFrom(
  github: GitHub,
  repo: string,
  { branch, base, state }: { branch: string; base: string; state: 'open' | 'all' },
): AsyncGenerator<ListedPull> {
  const at = repoRef(repo)
  const asked = { ...at, state, head: `${at.owner}:${branch}`, base, per_page: 100 }
  const all = listPages(github.paginate.iterator(github.rest.pulls.list, asked), {
    list: `pull requests of ${repo} from the branch ${branch}`,
    fix: 'Find out who opens them, and close those that are open.',
  })
  for await (const pull of all) {
    const isOwn = pull.head.repo?.id === pull.base.repo.id
    if (isOwn && pull.head.ref === branch && pull.base.ref === base) yield pull
  }
}
