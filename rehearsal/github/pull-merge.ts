import { conflictError, notAccessible, Refusal } from './errors.js'
import { headRepo } from './forks.js'
import { mergeBase, readRef } from './git.js'
import { commitLog, commitTree, type GitCommit, mergeTree, pickTree } from './git-commits.js'
import type { Caller } from './identities.js'
import { closeSyncedPull, type PullRequest, syncPulls } from './pull-sync.js'
import { callerMayBypass, emitPush, moveRef, workflowViolation } from './refs.js'
import { checkViolation } from './required-check.js'
import { reviewViolation } from './required-reviews.js'
import type { Repo, State } from './state.js'
import type { MergeMethod } from './types.js'
import { actorOf, personOf, webFlow } from './users.js'

export interface MergeRequest {
  method: MergeMethod
  /** The head that the caller means. */
  sha: string | undefined
  title: string | undefined
  message: string | undefined
}

const notAllowed = (message: string): Refusal => new Refusal(405, message)

/**
 * Merges a pull request; returns the new tip of its base.
 *
 * @throws Refusal 405 where it cannot be merged, or the ruleset's check is missing; 409 where the head is another one.
 */
export async function mergePullRecord(
  state: State,
  repo: Repo,
  caller: Caller,
  one: PullRequest,
  request: MergeRequest,
): Promise<string> {
  const { issue, pull } = one
  if (issue.state === 'closed') throw notAllowed('Pull Request is not mergeable')
  if (pull.draft) throw notAllowed('Pull Request is still a draft')
  if (request.sha && request.sha !== pull.headSha)
    throw conflictError('Head branch was modified. Review and try the merge again.')
  const against =
    pull.base === repo.defaultBranch && !callerMayBypass(repo, caller) && checkViolation(repo, pull.headSha)
  if (against) throw notAllowed(against)
  const lacking = callerMayBypass(repo, caller) ? undefined : reviewViolation(repo, pull)
  if (lacking) throw notAllowed(lacking)
  refuseMethod(repo, caller, pull.base, request.method)

  const ref = `refs/heads/${pull.base}`
  const before = readRef(repo.gitDir, ref)
  if (!before) throw notAllowed('Base branch was deleted')
  const sha = await merges[request.method](state, repo, caller, one, before, request)
  if (!sha) throw notAllowed('Pull Request is not mergeable')

  const update = { ref, before, after: sha, forced: false }
  if (await workflowViolation(repo, caller, update)) throw notAccessible('contents=write,workflows=write')
  await moveRef(repo, update)
  if (request.method !== 'rebase') repo.verified.add(sha)
  closeSyncedPull(state, repo, caller, one, { sha, since: before })
  await emitPush(state, repo, caller, update, 'pr_merge')
  await syncPulls(state, repo, caller, update)
  return sha
}

const names = { merge: 'Merge commits', squash: 'Squash merges', rebase: 'Rebase merges' } as const

/** What GitHub says where a ruleset forbids the way of merging is not known (C10): nothing should depend on it. */
function refuseMethod(repo: Repo, caller: Caller, base: string, method: MergeRequest['method']): void {
  if (repo.mergeMethods?.includes(method) === false)
    throw notAllowed(`${names[method]} are not allowed on this repository.`)
  const ruled = base === repo.defaultBranch && !callerMayBypass(repo, caller)
  if (ruled && repo.rulesetMergeMethods?.includes(method) === false)
    throw notAllowed('Repository rule violations found')
  if (ruled && repo.mergeQueue)
    throw notAllowed('Repository rule violations found\n\nChanges must be made through the merge queue\n\n')
}

type Merge = (
  state: State,
  repo: Repo,
  caller: Caller,
  one: PullRequest,
  base: string,
  request: MergeRequest,
) => Promise<string | undefined>

const merges: Record<MergeRequest['method'], Merge> = { merge, squash, rebase }

async function merge(...[state, repo, caller, { issue, pull }, base, request]: Parameters<Merge>): ReturnType<Merge> {
  const tree = await mergeTree(repo.gitDir, base, pull.headSha)
  if (!tree) return undefined
  const title =
    request.title ?? `Merge pull request #${issue.number} from ${headRepo(state, repo, pull).owner}/${pull.head}`
  const message = joined(title, request.message ?? issue.title)
  const author = personOf(actorOf(state, caller), state.now())
  return commitTree(repo.gitDir, {
    tree,
    parents: [base, pull.headSha],
    message,
    author,
    committer: webFlow(state.now()),
  })
}

async function squash(...[state, repo, , { issue, pull }, base, request]: Parameters<Merge>): ReturnType<Merge> {
  const tree = await mergeTree(repo.gitDir, base, pull.headSha)
  if (!tree) return undefined
  const commits = await commitLog(repo.gitDir, ['--reverse', `${base}..${pull.headSha}`, '--'])
  const [only, ...others] = commits
  const headline = only && others.length === 0 ? firstLine(only) : issue.title
  const details =
    others.length === 0
      ? only?.message.split('\n').slice(2).join('\n')
      : commits.map((c) => `* ${c.message}`).join('\n\n')
  const message = joined(request.title ?? `${headline} (#${issue.number})`, request.message ?? details ?? '')
  const author = personOf(issue.author, state.now())
  return commitTree(repo.gitDir, { tree, parents: [base], message, author, committer: webFlow(state.now()) })
}

/** Every commit anew on top of the base; like GitHub, also where a fast-forward would do. */
async function rebase(...[state, repo, caller, { pull }, base]: Parameters<Merge>): ReturnType<Merge> {
  const since = await mergeBase(repo.gitDir, base, pull.headSha)
  const committer = personOf(actorOf(state, caller), state.now())
  let tip = base
  for (const commit of await commitLog(repo.gitDir, ['--reverse', '--no-merges', `${since}..${pull.headSha}`, '--'])) {
    const tree = await pickTree(repo.gitDir, tip, commit)
    if (!tree) return undefined
    tip = await commitTree(repo.gitDir, {
      tree,
      parents: [tip],
      message: commit.message,
      author: commit.author,
      committer,
    })
  }
  return tip
}

const firstLine = (commit: GitCommit): string => commit.message.split('\n')[0] ?? ''
const joined = (title: string, body: string): string => (body ? `${title}\n\n${body}` : title)
