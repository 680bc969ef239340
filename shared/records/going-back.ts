import type { Reason } from '../action/result.js'
import type { Ending } from './deployments.js'

/**
 * Ways to end that what was deployed is to blame for, or where nobody knows what is there. After all others (a runner
 * without network, a freeze, somebody else at work on the release, a check that could not tell) the clusters stay as they are.
 */
const blamed: Reason[] = ['unhealthy', 'not-applied', 'smoke-failed', 'cancelled', 'bug']

/**
 * The first failure of a run that asks for going back everywhere. Optional clusters' failures ask for nothing, nor does
 * what a later attempt has mended.
 *
 * @param endings newest first
 */
export function causeToGoBack(endings: Ending[], optional: string[]): Ending | undefined {
  const mended = ({ record }: Ending, index: number): boolean =>
    endings.slice(0, index).some((newer) => newer.success && newer.record.cluster === record.cluster)
  return endings
    .filter((ending, index) => !ending.success && !mended(ending, index) && !optional.includes(ending.record.cluster))
    .findLast(({ record }) => (blamed as string[]).includes(record.reason ?? ''))
}
