import { UserError } from '../../../shared/foundation/errors.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import type { Io } from '../io.js'
import { type ClusterContext, rollBackFor } from './cluster.js'

/**
 * Rolls a staging cluster back to what is verified there, after a staging trial: the same rollback as after a failed deploy. smoke-test must follow. Safe to repeat, also by a later run.
 *
 * @throws UserError `input-invalid` on any other cluster: there only a failed deploy, or a request, leads to a rollback.
 */
export async function rollBackTrial(context: ClusterContext): Promise<ActionOutcome<Io['outputs']>> {
  const { cluster } = context
  if (cluster.wave === 'staging')
    return rollBackFor({ text: 'the staging trial has ended', recorded: true }, { ...context, order: undefined })
  throw new UserError('input-invalid', `${cluster.name} is not a staging cluster: staging trials never run there.`, {
    fix: 'To roll it back by hand, start the workflow rollback.yml.',
  })
}
