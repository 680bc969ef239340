import { actionsApp } from './accounts.js'
import type { Caller } from './identities.js'
import { emitOnDefaultBranch } from './issues.js'
import { checkRunShape } from './rest/check-shape.js'
import type { CheckRun, Repo, State } from './state.js'

/**
 * Tells what became of a check run: `created` where it is new, `completed` where it has just come to its end.
 *
 * @param before its status until now; undefined where it is new
 */
export function emitCheck(
  state: State,
  repo: Repo,
  caller: Caller | undefined,
  run: CheckRun,
  before: CheckRun['status'] | undefined,
): void {
  const tell = (action: string): void =>
    emitOnDefaultBranch(
      state,
      repo,
      caller,
      'check_run',
      action,
      { check_run: checkRunShape(state, repo, run) },
      {
        actor: run.app.bot,
        // What GitHub Actions reports about its own jobs would start workflows without end.
        silent: run.app.id === actionsApp.id,
      },
    )
  if (before === undefined) tell('created')
  if (run.status === 'completed' && before !== 'completed') tell('completed')
}
