import { z } from 'zod'
import type { RunFacts } from '../../../shared/foundation/run-facts.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { firstInPages, listPages } from '../../../shared/github/pages.js'
import { pullNumber } from '../../../shared/github/requested-pull.js'

export interface GatePull {
  number: number
  open: boolean
  draft: boolean
  /** Who opened it; empty if that account is gone. */
  author: string
  /** The head commit, 40 hex digits. */
  head: string
  /** The base branch, and its tip as the pull request knows it. */
  into: string
  base: string
  defaultBranch: string
}

/** Which branch of which repository started a run. */
const cameFrom = z.object({
  workflow_run: z.object({
    head_branch: z.string(),
    head_repository: z.object({ owner: z.object({ login: z.string() }), full_name: z.string() }),
  }),
})

/**
 * As `pullNumber`, but also for a review of a pull request from a fork. GitHub does not name that pull request, so it is
 * found by its branch; if there are several, the one into the default branch.
 *
 * @throws UserError `input-invalid` if there is none.
 */
export async function findPullNumber(github: GitHub, input: string, run: RunFacts): Promise<number> {
  const { data } = cameFrom.safeParse(input === '' && run.event === 'workflow_run' ? run.payload : undefined)
  if (!data) return pullNumber(input, run)
  const { head_branch: branch, head_repository: from } = data.workflow_run
  const head = `${from.owner.login}:${branch}`
  const asked = { ...repoRef(run.repository), state: 'open' as const, head, per_page: 100 }
  const open = listPages(github.paginate.iterator(github.rest.pulls.list, asked), {
    list: `open pull requests of ${run.repository} from ${head}`,
    fix: 'Close those that nobody works on.',
  })
  const pulls = await firstInPages(open)
  const theirs = pulls.filter((pull) => pull.head.repo?.full_name.toLowerCase() === from.full_name.toLowerCase())
  const main = theirs.find(({ base }) => base.ref === base.repo.default_branch)
  return (main ?? theirs[0])?.number ?? pullNumber(input, run)
}

export async function readPull(github: GitHub, repo: string, number: number): Promise<GatePull> {
  const { data } = await github.rest.pulls.get({ ...repoRef(repo), pull_number: number })
  return {
    number,
    open: data.state === 'open',
    draft: data.draft === true,
    author: data.user?.login ?? '',
    head: data.head.sha,
    into: data.base.ref,
    base: data.base.sha,
    defaultBranch: data.base.repo.default_branch,
  }
}
