import { type GitHub, repoRef } from './client.js'

/** `green`: passed, skipped or neutral; `pending`: has not ended; `failed`: everything else, also what was cancelled. */
export type CheckState = 'green' | 'pending' | 'failed'

/** One check of a commit, a check run or a status. The name is strangers' text. */
export interface CommitCheck {
  name: string
  state: CheckState
}

/** Runs that are about a commit itself. Others only happen while it is the newest: schedules, what follows another workflow. */
const events: readonly string[] = ['push', 'pull_request', 'merge_group', 'dynamic']

/** Lockstep's own workflows upstream, by the names that they have as they are copied. */
const own = /\/(lane|lane-review|open-bump-pr|revert)\.ya?ml$/

/**
 * What a commit's checks say, as they ran last; Lockstep's own are left out. A name may be there several times.
 *
 * Needs `checks`, `statuses` and `actions: read`; of a public repository every token may.
 */
export async function commitChecks(github: GitHub, repo: string, commit: string): Promise<CommitCheck[]> {
  const at = { ...repoRef(repo), per_page: 100 }
  const [runs, workflows, statuses] = await Promise.all([
    github.paginate(github.rest.checks.listForRef, { ...at, ref: commit }),
    github.paginate(github.rest.actions.listWorkflowRunsForRepo, { ...at, head_sha: commit }),
    github.paginate(github.rest.repos.listCommitStatusesForRef, { ...at, ref: commit }),
  ])
  const besides = new Set(
    workflows
      .filter(({ event, path }) => !events.includes(event) || own.test(path))
      .map(({ check_suite_id: suite }) => suite),
  )
  return [
    ...runs
      .filter(({ check_suite: suite }) => suite?.id === undefined || !besides.has(suite.id))
      .map(({ name, status, conclusion }) => ({ name, state: stateOfRun(status, conclusion) })),
    // The newest of a context comes first.
    ...statuses
      .filter(({ context }, index) => statuses.findIndex((one) => one.context === context) === index)
      .map(({ context, state }) => ({ name: context, state: stateOfStatus(state) })),
  ].filter(({ name }) => !name.startsWith('lockstep / '))
}

function stateOfRun(status: string, conclusion: string | null): CheckState {
  if (status !== 'completed' || conclusion === null) return 'pending'
  return ['success', 'neutral', 'skipped'].includes(conclusion) ? 'green' : 'failed'
}

function stateOfStatus(state: string): CheckState {
  if (state === 'pending') return 'pending'
  return state === 'success' ? 'green' : 'failed'
}
