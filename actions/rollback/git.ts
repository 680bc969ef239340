import type { Outcome } from '../../shared/action/action.js'
import { runKey } from '../../shared/action/facts.js'
import { sameRun } from '../../shared/records/verified.js'
import { standingOrders } from './freeze.js'
import { readFailure, readOrdered } from './git-facts.js'
import type { Failure, GitContext } from './git-types.js'
import type { Io } from './io.js'
import type { Order } from './order.js'
import { takeBack } from './take-back.js'

/** Brings git after the clusters, and tells everybody: after a deploy that failed, or by hand. Safe to run again. */
export async function rollBackGit(context: GitContext, order: Order | undefined): Promise<Outcome<Io['outputs']>> {
  if (order && !order.all) return nothing(context, `Main stays as it is: only ${order.clusters.join(', ')} went back.`)
  const failure = order ? await readOrdered(context, order) : await ofThisRun(context)
  if (typeof failure === 'string') return nothing(context, failure)

  const { ended, problems } = await takeBack(context, failure)
  const { url, problem, ...finding } = ended
  const all = [...(problem === undefined ? [] : [problem]), ...problems]
  return {
    finding: { ...finding, commit: failure.verified },
    outputs: { commit: failure.verified, ...(url === undefined ? {} : { url }) },
    ...(all.length === 0 ? {} : { problem: all.join('\n') }),
  }
}

/** Why nothing is to be done, where that is so. */
async function ofThisRun(context: GitContext): Promise<Failure | string> {
  const { run } = context.world
  const failure = await readFailure(context, { run: runKey(run), commit: run.sha })
  if (!failure) return "Nothing that failed in this run is the change's fault: nothing is taken back."
  // Two that take main back to different commits would be in each other's way.
  const other = (await standingOrders(context)).find(({ order }) => order.all && !sameRun(order.run, failure.run))
  return other ? `Main is taken back by hand: #${other.number} (${other.url}).` : failure
}

function nothing({ world }: GitContext, message: string): Outcome<Io['outputs']> {
  world.log.info(message)
  return {
    finding: { decision: 'nothing_to_roll_back', reason: 'already-there', message, commit: world.run.sha },
    outputs: {},
  }
}
