import { UserError } from '../../../shared/foundation/errors.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import type { Io } from '../io.js'
import { type ClusterContext, rollBackFor } from './cluster.js'

/**
 * Brings a staging cluster back to what is verified there, from a change that was rehearsed on it: the same way back that the
 * change would go after a deploy that failed. smoke-test must follow. Safe to repeat, also by a later run.
 *
 * @throws UserError `input-invalid` on any other cluster: there only a failure, or somebody's order, brings anything back.
 */
export async function rollBackTrial(context: ClusterContext): Promise<ActionOutcome<Io['outputs']>> {
  const { cluster } = context
  if (cluster.wave === 'staging')
    return rollBackFor({ text: 'a rehearsal', recorded: true }, { ...context, order: undefined })
  throw new UserError('input-invalid', `${cluster.name} is no staging cluster: nothing is rehearsed there.`, {
    fix: 'Start the workflow rollback.yml to take it back by hand.',
  })
}
