import { runKey } from '../../../shared/foundation/run-facts.js'
import { sameRun } from '../../../shared/records/verified.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import { openRequests } from '../freeze.js'
import type { Io } from '../io.js'
import type { RollbackRequest } from '../rollback-request.js'
import { readFailure, readRequested } from './git-facts.js'
import type { FailedRange, GitContext } from './git-types.js'
import { revertRange } from './revert.js'

/** Reverts git after the clusters were rolled back, and tells everybody: after a failed deploy, or by hand. Safe to run again. */
export async function rollBackGit(
  context: GitContext,
  order: RollbackRequest | undefined,
): Promise<ActionOutcome<Io['outputs']>> {
  if (order && !order.all)
    return nothing(context, `Main is not reverted: only ${order.clusters.join(', ')} was to be rolled back.`)
  const failure = order ? await readRequested(context, order) : await ofThisRun(context)
  if (typeof failure === 'string') return nothing(context, failure)

  const { ended, problems } = await revertRange(context, failure)
  const { url, problem, ...finding } = ended
  const all = [...(problem === undefined ? [] : [problem]), ...problems]
  return {
    finding: { ...finding, commit: failure.verified },
    outputs: { commit: failure.verified, ...(url === undefined ? {} : { 'html-url': url }) },
    ...(all.length === 0 ? {} : { problem: all.join('\n') }),
  }
}

/** Why nothing is to be done, where that is so. */
async function ofThisRun(context: GitContext): Promise<FailedRange | string> {
  const { run } = context.world
  const failure = await readFailure(context, { run: runKey(run), commit: run.sha })
  if (!failure) return 'The change caused no failure in this run: nothing is reverted.'
  // Two that take main back to different commits would be in each other's way.
  const other = (await openRequests(context)).find(({ order }) => order.all && !sameRun(order.run, failure.run))
  return other ? `A manual rollback reverts main already: #${other.number} (${other.url}).` : failure
}

function nothing({ world }: GitContext, message: string): ActionOutcome<Io['outputs']> {
  world.log.info(message)
  return {
    finding: { decision: 'nothing-to-roll-back', reason: 'up-to-date', message, commit: world.run.sha },
    outputs: {},
  }
}
