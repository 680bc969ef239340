import { grantedIn, roleOf } from './accounts.js'
import { notAccessible, unprocessableError } from './errors.js'
import { emitEvent } from './events.js'
import { GitError, gitText, isAncestor, mergeBase, readRef } from './git.js'
import { commitLog } from './git-commits.js'
import { changedPaths } from './git-diff.js'
import type { Caller } from './identities.js'
import { syncPulls } from './pull-sync.js'
import type { RefUpdate } from './records.js'
import { checkViolation } from './required-check.js'
import { commitShape, repoHtml } from './rest/shapes.js'
import type { Activity, Repo, State } from './state.js'
import { actorOf } from './users.js'

/** @throws GitError where a commit is not there yet. */
export async function refUpdate(repo: Repo, update: Omit<RefUpdate, 'forced'>): Promise<RefUpdate> {
  const { before, after } = update
  const forced = before !== undefined && after !== undefined && !(await isAncestor(repo.gitDir, before, after))
  return { ...update, forced }
}

const nowhere = '0'.repeat(40)

/** Why the repository's rules, or the caller's permissions, forbid this update; undefined where they allow it. */
export async function ruleViolation(repo: Repo, caller: Caller, update: RefUpdate): Promise<string | undefined> {
  return (await workflowViolation(repo, caller, update)) ?? (await rulesetViolation(repo, caller, update))
}

/** An App changes workflow files only with a permission of their own; jobs never do. */
export async function workflowViolation(
  repo: Repo,
  caller: Caller,
  { ref, before, after }: RefUpdate,
): Promise<string | undefined> {
  const granted = grantedIn(repo, caller)
  if (!granted || !after || granted.workflows === 'write' || !ref.startsWith('refs/heads/')) return undefined
  const since = before ?? (await mergeBase(repo.gitDir, repo.defaultBranch, after))
  const workflow = (await changedPaths(repo.gitDir, since, after)).find((path) => path.startsWith('.github/workflows/'))
  return (
    workflow &&
    `refusing to allow a GitHub App to create or update workflow \`${workflow}\` without \`workflows\` permission`
  )
}

async function rulesetViolation(
  repo: Repo,
  caller: Caller,
  { ref, after, forced }: RefUpdate,
): Promise<string | undefined> {
  if (!repo.requiredCheck || ref !== `refs/heads/${repo.defaultBranch}`) return undefined
  if (callerMayBypass(repo, caller)) return undefined
  if (!after) return 'Repository rule violations found\n\nCannot delete this protected ref.\n\n'
  if (forced) {
    return 'Repository rule violations found\n\nCannot force-push to this protected ref.\n\n'
  }
  const byCheck = checkViolation(repo, after)
  if (!repo.pullsOnly) return byCheck
  const byPush = 'Repository rule violations found\n\nChanges must be made through a pull request.\n\n'
  return byCheck ? byPush + byCheck.slice(byCheck.indexOf('Required')) : byPush
}

export const callerMayBypass = (repo: Repo, caller: Caller): boolean =>
  caller.kind === 'installation'
    ? repo.bypassApps?.includes(caller.app.id) === true
    : repo.adminsMayBypass && caller.kind === 'user' && roleOf(repo, caller.account.login) === 'admin'

/**
 * Moves a ref as the API does, and all that follows: the push event, pull requests that are synchronized or closed.
 *
 * @throws Refusal 422 where it is not a fast-forward (without `force`), forbidden, or moved meanwhile.
 */
export async function updateRef(
  state: State,
  repo: Repo,
  caller: Caller,
  update: RefUpdate,
  options: { force?: boolean } = {},
): Promise<void> {
  if (update.forced && !options.force) throw unprocessableError('Update is not a fast forward')
  const forbidden = await workflowViolation(repo, caller, update)
  if (forbidden) throw notAccessible('contents=write,workflows=write')
  const against = await rulesetViolation(repo, caller, update)
  if (against) throw unprocessableError(against)
  await moveRef(repo, update)
  await afterUpdate(state, repo, caller, update)
}

/** Moves a ref in git if it still is where it was. */
export async function moveRef(repo: Repo, { ref, before, after }: RefUpdate): Promise<void> {
  try {
    if (after) await gitText(repo.gitDir, ['update-ref', ref, after, before ?? nowhere])
    else await gitText(repo.gitDir, ['update-ref', '-d', ref, ...(before ? [before] : [])])
  } catch (error) {
    if (!(error instanceof GitError)) throw error
    throw unprocessableError(
      readRef(repo.gitDir, ref) === before ? 'Reference cannot be updated' : 'Reference was changed meanwhile',
    )
  }
}

/** What GitHub does once a ref has moved, by the API or by a push. */
export async function afterUpdate(state: State, repo: Repo, caller: Caller, update: RefUpdate): Promise<void> {
  if (!/^refs\/(heads|tags)\//.test(update.ref) || update.before === update.after) return
  await emitPush(state, repo, caller, update)
  await syncPulls(state, repo, caller, update)
}

const activityOf = ({ before, after, forced }: RefUpdate, by: 'push' | 'pr_merge'): Activity['type'] => {
  if (!before) return 'branch_creation'
  if (!after) return 'branch_deletion'
  return forced ? 'force_push' : by
}

/** Without the pull requests: for merges, which close theirs themselves. */
export async function emitPush(
  state: State,
  repo: Repo,
  caller: Caller,
  update: RefUpdate,
  by: 'push' | 'pr_merge' = 'push',
): Promise<void> {
  const { ref, before, after, forced } = update
  const actor = actorOf(state, caller)
  repo.activities.push({
    ...{ id: state.nextId(), ref, before: before ?? nowhere, after: after ?? nowhere, actor, at: state.now() },
    type: activityOf(update, by),
  })
  const commits = after
    ? await commitLog(repo.gitDir, [
        '--reverse',
        '-n',
        '100',
        ...(before ? [`${before}..${after}`] : ['-1', after]),
        '--',
      ])
    : []
  const shapes = commits.map((commit) => ({
    ...commitShape(state, repo, commit),
    id: commit.sha,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${repoHtml(state, repo)}/commit/${commit.sha}`,
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
  }))
  emitEvent(state, repo, caller, {
    name: 'push',
    ref,
    sha: after ?? nowhere,
    actor,
    payload: {
      ref,
      before: before ?? nowhere,
      after: after ?? nowhere,
      created: before === undefined,
      deleted: after === undefined,
      forced,
      base_ref: null,
      compare: `${repoHtml(state, repo)}/compare/${(before ?? nowhere).slice(0, 12)}...${(after ?? nowhere).slice(0, 12)}`,
      commits: shapes,
      head_commit: shapes.at(-1) ?? null,
      pusher: { name: actor.login, email: `${actor.id}+${actor.login}@users.noreply.github.com` },
    },
  })
}
