import type { Reason } from '../foundation/result.js'
import { retryLimit, uncleanUntil } from './clean-pass.js'
import type { Ending } from './deployments.js'

/**
 * Ways to end that what was deployed is to blame for, or where nobody knows what is there. After all others (a runner
 * without network, a freeze, somebody else at work on the release, a check that could not tell) the clusters stay as they are.
 */
const blamed: Reason[] = ['unhealthy', 'rejected-by-cluster', 'smoke-failed', 'cancelled', 'internal-error']

/** Whether what was deployed is to blame for an ending with this reason, or nobody knows what is there. */
export const isBlamed = (reason: string): boolean => (blamed as string[]).includes(reason)

/**
 * The first failure of a run that asks for going back everywhere. Optional clusters' failures ask for nothing, nor does
 * what a later attempt has mended. A flaky smoke test asks for it once it was repeated often enough.
 *
 * @param endings of one run, newest first
 */
export function rollbackCause(endings: Ending[], optional: string[]): Ending | undefined {
  const mended = ({ record }: Ending, index: number): boolean =>
    endings.slice(0, index).some((newer) => newer.success && newer.record.cluster === record.cluster)
  const isCause = (ending: Ending): boolean =>
    isBlamed(ending.record.reason ?? '') ||
    (ending.record.reason === 'smoke-flaky' && uncleanUntil(ending, endings) > retryLimit)
  return endings
    .filter((ending, index) => !ending.success && !mended(ending, index) && !optional.includes(ending.record.cluster))
    .findLast(isCause)
}
