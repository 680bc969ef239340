import { type FieldError, invalid } from './errors.js'
import { isAncestor, readRef } from './git.js'
import { addIssue, emitIssue } from './issues.js'
import { emitPull, type PullRequest, pullRequests, refreshMerge } from './pull-sync.js'
import type { Caller, Pull, Repo, State } from './state.js'

export interface NewPull {
  title: string
  body: string | null
  /** Branch, or `owner:branch`. */
  head: string
  base: string
  draft: boolean
}

const wrong = (error: Omit<FieldError, 'resource'>): Error => invalid({ resource: 'PullRequest', ...error })

/** @throws Refusal 422 where a branch is missing, nothing differs, or the two branches have an open pull request already. */
export async function openPull(state: State, repo: Repo, caller: Caller, fresh: NewPull): Promise<PullRequest> {
  const head = ownBranch(repo, fresh.head)
  const { base } = fresh
  const [headSha, baseSha] = await Promise.all([branchTip(repo, head), branchTip(repo, base)])
  if (!headSha) throw wrong({ field: 'head', code: 'invalid' })
  if (!baseSha) throw wrong({ field: 'base', code: 'invalid' })
  refuseSecond(repo, head, base)
  if (await isAncestor(repo.gitDir, headSha, baseSha)) {
    throw wrong({ code: 'custom', message: `No commits between ${base} and ${head}` })
  }
  const pull: Pull = {
    head,
    base,
    headSha,
    baseSha,
    draft: fresh.draft,
    mergeSha: undefined,
    merged: undefined,
    reviews: [],
    requestedReviewers: [],
  }
  const issue = addIssue(state, repo, caller, { ...fresh, labels: [], assignees: [] }, pull)
  const one = { issue, pull }
  await refreshMerge(state, repo, one)
  emitPull(state, repo, caller, one, 'opened')
  return one
}

/** Forks are not emulated: a head of another owner does not exist. */
function ownBranch(repo: Repo, head: string): string {
  const [owner, ...branch] = head.split(':')
  if (branch.length === 0) return head
  return owner?.toLowerCase() === repo.owner.toLowerCase() ? branch.join(':') : ''
}

const branchTip = async (repo: Repo, branch: string): Promise<string | undefined> =>
  branch === '' ? undefined : readRef(repo.gitDir, `refs/heads/${branch}`)

function refuseSecond(repo: Repo, head: string, base: string): void {
  const open = pullRequests(repo).some(
    ({ issue, pull }) => issue.state === 'open' && pull.head === head && pull.base === base,
  )
  if (open) throw wrong({ code: 'custom', message: `A pull request already exists for ${repo.owner}:${head}.` })
}

/** @throws Refusal 422 where the new base is missing or has such a pull request already. */
export async function retarget(
  state: State,
  repo: Repo,
  caller: Caller,
  one: PullRequest,
  base: string,
): Promise<void> {
  const { pull } = one
  if (base === pull.base) return
  const baseSha = await branchTip(repo, base)
  if (!baseSha) throw wrong({ field: 'base', code: 'invalid' })
  refuseSecond(repo, pull.head, base)
  const from = pull.base
  pull.base = base
  await refreshMerge(state, repo, one)
  emitPull(state, repo, caller, one, 'edited', { changes: { base: { ref: { from }, sha: { from: baseSha } } } })
}

/** @throws Refusal 422 where it was merged, or its branch is gone. */
export async function reopen(state: State, repo: Repo, caller: Caller, one: PullRequest): Promise<void> {
  const { issue, pull } = one
  if (pull.merged)
    throw wrong({ field: 'state', code: 'invalid', message: 'A merged pull request cannot be reopened.' })
  const headSha = await branchTip(repo, pull.head)
  if (!headSha) throw wrong({ field: 'state', code: 'invalid', message: `The ${pull.head} branch was deleted.` })
  refuseSecond(repo, pull.head, pull.base)
  issue.state = 'open'
  issue.closedAt = null
  issue.closedBy = undefined
  pull.headSha = headSha
  await refreshMerge(state, repo, one)
  emitIssue(state, repo, caller, issue, 'reopened')
}
