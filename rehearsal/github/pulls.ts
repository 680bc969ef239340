import { type FieldError, invalidError, Refusal } from './errors.js'
import { bringCommit, headLabel, headNamed, headRepo } from './forks.js'
import { isAncestor, readRef } from './git.js'
import type { Caller } from './identities.js'
import { addIssue, emitIssue } from './issues.js'
import { emitPull, type PullRequest, pullRequests, refreshMerge } from './pull-sync.js'
import type { Pull, Repo, State } from './state.js'

export interface NewPull {
  title: string
  body: string | null
  /** Branch, or `owner:branch`. */
  head: string
  base: string
  draft: boolean
}

const wrong = (error: Omit<FieldError, 'resource'>): Error => invalidError({ resource: 'PullRequest', ...error })

/** @throws Refusal 403 where jobs may open no pull requests */
export function refuseJob(repo: Repo, caller: Caller): void {
  if (caller.kind === 'job' && repo.jobsMayOpenPulls === false)
    throw new Refusal(403, 'GitHub Actions is not permitted to create or approve pull requests.')
}

/** @throws Refusal 422 where a branch is missing, nothing differs, or the two branches have an open pull request already. */
export async function openPullRecord(state: State, repo: Repo, caller: Caller, fresh: NewPull): Promise<PullRequest> {
  const { base } = fresh
  refuseJob(repo, caller)
  const named = headNamed(state, repo, fresh.head)
  if (!named) throw wrong({ field: 'head', code: 'invalid' })
  const { fork, branch: head } = named
  const [headSha, baseSha] = await Promise.all([headTip(state, repo, { fork, head }), branchTip(repo, base)])
  if (!headSha) throw wrong({ field: 'head', code: 'invalid' })
  if (!baseSha) throw wrong({ field: 'base', code: 'invalid' })
  refuseSecond(state, repo, { fork, head }, base)
  if (await isAncestor(repo.gitDir, headSha, baseSha)) {
    throw wrong({ code: 'custom', message: `No commits between ${base} and ${head}` })
  }
  const pull: Pull = {
    head,
    base,
    fork,
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

const branchTip = async (repo: Repo, branch: string): Promise<string | undefined> =>
  branch === '' ? undefined : readRef(repo.gitDir, `refs/heads/${branch}`)

type Head = Pick<Pull, 'fork' | 'head'>

/** The commit that a head's branch is at now, which is in the base's repository then. */
async function headTip(state: State, repo: Repo, head: Head): Promise<string | undefined> {
  const from = headRepo(state, repo, head)
  const sha = await branchTip(from, head.head)
  if (sha) await bringCommit(repo, from, sha)
  return sha
}

function refuseSecond(state: State, repo: Repo, { fork, head }: Head, base: string): void {
  const open = pullRequests(repo).some(
    ({ issue, pull }) => issue.state === 'open' && pull.head === head && pull.fork === fork && pull.base === base,
  )
  const label = headLabel(state, repo, { fork, head })
  if (open) throw wrong({ code: 'custom', message: `A pull request already exists for ${label}.` })
}

/** @throws Refusal 422 where the new base is missing or has such a pull request already. */
export async function retargetPull(
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
  refuseSecond(state, repo, pull, base)
  const from = pull.base
  pull.base = base
  await refreshMerge(state, repo, one)
  emitPull(state, repo, caller, one, 'edited', { changes: { base: { ref: { from }, sha: { from: baseSha } } } })
}

/** @throws Refusal 422 where it was merged, or its branch is gone. */
export async function reopenPull(state: State, repo: Repo, caller: Caller, one: PullRequest): Promise<void> {
  const { issue, pull } = one
  if (pull.merged)
    throw wrong({ field: 'state', code: 'invalid', message: 'A merged pull request cannot be reopened.' })
  const headSha = await headTip(state, repo, pull)
  if (!headSha) throw wrong({ field: 'state', code: 'invalid', message: `The ${pull.head} branch was deleted.` })
  refuseSecond(state, repo, pull, pull.base)
  issue.state = 'open'
  issue.closedAt = null
  issue.closedBy = undefined
  pull.headSha = headSha
  await refreshMerge(state, repo, one)
  emitIssue(state, repo, caller, issue, 'reopened')
}
