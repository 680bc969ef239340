import { emitEvent } from './events.js'
import { bringCommit, headRepo } from './forks.js'
import { gitText, isAncestor, mergeBase, readRef } from './git.js'
import { commitTree, mergeTree } from './git-commits.js'
import type { Caller } from './identities.js'
import type { RefUpdate } from './records.js'
import { pullDetails, pullShape } from './rest/issue-shapes.js'
import type { Issue, Pull, Repo, State } from './state.js'
import { actorOf, webFlow } from './users.js'

export interface PullRequest {
  issue: Issue
  pull: Pull
}

export const pullRequests = (repo: Repo): PullRequest[] =>
  [...repo.issues.values()].flatMap((issue) => (issue.pull ? [{ issue, pull: issue.pull }] : []))

/** Emits a `pull_request` event. A merged one's ref is its base branch; one in conflict has no merge ref: its head stands in. */
export function emitPull(state: State, repo: Repo, caller: Caller, one: PullRequest, action: string, more = {}): void {
  const { issue, pull } = one
  const [ref, sha] = pull.merged
    ? [`refs/heads/${pull.base}`, pull.merged.sha]
    : pull.mergeSha
      ? [`refs/pull/${issue.number}/merge`, pull.mergeSha]
      : [`refs/pull/${issue.number}/head`, pull.headSha]
  emitEvent(state, repo, caller, {
    name: 'pull_request',
    action,
    ref,
    sha,
    actor: actorOf(state, caller),
    payload: {
      number: issue.number,
      pull_request: { ...pullShape(state, repo, issue, pull), ...pullDetails(state, repo, issue, pull) },
      ...more,
    },
    about: one,
  })
}

/** Makes `refs/pull/N/head` and `/merge` what they are on GitHub: the head, and the test merge into the base's tip. */
export async function refreshMerge(state: State, repo: Repo, { issue, pull }: PullRequest): Promise<void> {
  const base = readRef(repo.gitDir, `refs/heads/${pull.base}`)
  if (!base) return
  pull.baseSha = base
  const merge = `refs/pull/${issue.number}/merge`
  const tree = await mergeTree(repo.gitDir, base, pull.headSha)
  pull.mergeSha = tree && (await testMerge(state, repo, tree, base, pull.headSha))
  const update = pull.mergeSha ? `update ${merge} ${pull.mergeSha}` : `delete ${merge}`
  await gitText(repo.gitDir, ['update-ref', '--stdin'], {
    input: `update refs/pull/${issue.number}/head ${pull.headSha}\n${update}\n`,
  })
}

function testMerge(state: State, repo: Repo, tree: string, base: string, head: string): Promise<string> {
  const github = webFlow(state.now())
  return commitTree(repo.gitDir, {
    tree,
    parents: [base, head],
    message: `Merge ${head} into ${base}`,
    author: github,
    committer: github,
  })
}

/** Closes a pull request, merged or not, and says so. */
export function closeSyncedPull(
  state: State,
  repo: Repo,
  caller: Caller,
  one: PullRequest,
  merged: { sha: string; since?: string } | undefined,
): void {
  const { issue, pull } = one
  const [at, by] = [state.now(), actorOf(state, caller)]
  issue.state = 'closed'
  issue.closedAt = at
  issue.closedBy = by
  issue.updatedAt = at
  if (merged) {
    pull.merged = { at, by, sha: merged.sha, since: merged.since }
    issue.timeline.push({ id: state.nextId(), event: 'merged', actor: by, createdAt: at, commit: merged.sha })
  }
  issue.timeline.push({ id: state.nextId(), event: 'closed', actor: by, createdAt: at })
  emitPull(state, repo, caller, one, 'closed')
}

/** Brings open pull requests up to date with a branch that moved: as their head, in a fork as well, or as their base. */
export async function syncPulls(
  state: State,
  repo: Repo,
  caller: Caller,
  { ref, before, after }: RefUpdate,
): Promise<void> {
  if (!ref.startsWith('refs/heads/')) return
  const branch = ref.slice('refs/heads/'.length)
  for (const one of pullRequests(repo)) {
    if (one.issue.state !== 'open') continue
    if (one.pull.head === branch && one.pull.fork === undefined)
      await headMoved(state, repo, caller, one, before, after)
    else if (one.pull.base === branch) await baseMoved(state, repo, caller, one, after)
  }
  const parent = repo.forkOf === undefined ? undefined : state.repos.get(repo.forkOf.toLowerCase())
  if (!parent) return
  await state.exclusively(parent.fullName, async () => {
    for (const one of pullRequests(parent)) {
      const { issue, pull } = one
      if (issue.state === 'open' && pull.fork === repo.fullName && pull.head === branch)
        await headMoved(state, parent, caller, one, before, after)
    }
  })
}

async function headMoved(
  state: State,
  repo: Repo,
  caller: Caller,
  one: PullRequest,
  before: string | undefined,
  after: string | undefined,
): Promise<void> {
  if (!after) return closeSyncedPull(state, repo, caller, one, undefined)
  await bringCommit(repo, headRepo(state, repo, one.pull), after)
  one.pull.headSha = after
  one.issue.updatedAt = state.now()
  await refreshMerge(state, repo, one)
  if (await isAncestor(repo.gitDir, after, one.pull.baseSha))
    return closeSyncedPull(state, repo, caller, one, undefined)
  emitPull(state, repo, caller, one, 'synchronize', { before, after })
}

async function baseMoved(
  state: State,
  repo: Repo,
  caller: Caller,
  one: PullRequest,
  after: string | undefined,
): Promise<void> {
  if (!after) return closeSyncedPull(state, repo, caller, one, undefined)
  // Somebody pushed the pull request's commits to its base: GitHub calls that merged.
  if (await isAncestor(repo.gitDir, one.pull.headSha, after))
    return closeSyncedPull(state, repo, caller, one, { sha: after })
  if (await keepsTestMerge(repo, one.pull, after)) one.pull.baseSha = after
  else await refreshMerge(state, repo, one)
}

/**
 * C17: where only the base has moved, GitHub leaves the test merge as it is for 12 hours, which nobody waits for here. Only
 * another merge base, or a conflict that comes or goes, makes it anew.
 */
async function keepsTestMerge({ gitDir }: Repo, { mergeSha, baseSha, headSha }: Pull, after: string): Promise<boolean> {
  if (mergeSha === undefined) return false
  const since = await mergeBase(gitDir, baseSha, headSha)
  return since === (await mergeBase(gitDir, after, headSha)) && (await mergeTree(gitDir, after, headSha)) !== undefined
}
