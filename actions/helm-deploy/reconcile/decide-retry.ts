import type { Reason } from '../../../shared/foundation/result.js'
import { retryLimit, uncleanUntil, waitingForCleanPass } from '../../../shared/records/clean-pass.js'
import type { Ending } from '../../../shared/records/deployments.js'
import { rollbackCause } from '../../../shared/records/rollback-causes.js'

export interface RetryFacts {
  /** What one run recorded of the default branch's newest commit, newest first; empty where none waits for a clean pass. */
  endings: Ending[]
  optional: string[]
  /** That run, in GitHub's words. */
  run: { attempt: number; status: string | null; event: string } | undefined
  /** Why nothing may be deployed now. */
  blocked: { reason: Reason; message: string } | undefined
}

export type RetryDecision =
  | { kind: 'nothing'; message: string }
  | { kind: 'wait'; reason: Reason; message: string }
  | { kind: 'again'; message: string }
  | { kind: 'call'; ending: Ending }

/**
 * Whether the newest deploy is started again. After too many repetitions, a flaky test rolls the clusters back (in that run
 * itself), and an inconclusive one calls the operators.
 */
export function decideRetry({ endings, optional, run, blocked }: RetryFacts): RetryDecision {
  const nothing = (message: string): RetryDecision => ({ kind: 'nothing', message })
  const waiting = waitingForCleanPass(endings, optional)
  const [first] = waiting
  if (!first || !run) return nothing('No deploy waits for a clean pass.')

  const names = waiting.map(({ record }) => record.cluster).join(', ')
  if (rollbackCause(endings, optional))
    return nothing(`${names}: that run failed and is rolled back, so it is not started again.`)
  if (run.status !== 'completed') return nothing(`${names}: attempt ${run.attempt} is already running.`)
  if (run.event !== 'push')
    return nothing(`${names}: only operators can start that run again, because it is not the deploy of a merge.`)
  if (blocked) return { kind: 'wait', ...blocked }
  const spent = waiting.find((ending) => uncleanUntil(ending, endings) > retryLimit)
  if (spent) return { kind: 'call', ending: spent }
  const times = Math.max(...waiting.map((ending) => uncleanUntil(ending, endings)))
  return { kind: 'again', message: `${names}: the deploy was started again (${times} of ${retryLimit}).` }
}
