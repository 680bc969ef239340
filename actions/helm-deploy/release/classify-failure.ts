import type { Reason } from '../../../shared/foundation/result.js'
import { isUnreachable } from '../../../shared/kube/messages.js'

export interface FailureFacts {
  /** What Helm said. */
  stderr: string
  /** Revisions of the release before and after; undefined where there is none or it cannot be read. */
  before: number | undefined
  after: number | undefined
  /** Why the revision after cannot be read. */
  unreadable?: Reason | undefined
}

const busy = /another operation \(install\/upgrade\/rollback\) is in progress|has no deployed releases/i
const waited =
  /timed out|deadline exceeded|not ready|hook.*failed|backofflimitexceeded|would exceed context|context canceled/i
const refused =
  /is invalid|cannot patch|failed to create|forbidden|denied|already exists|field is immutable|values don't meet|execution error|parse error|unable to build kubernetes objects|invalid ownership|conflict/i

/** Which of the ways to fail it was. What Helm waited for in vain was applied; what it never tried was not. */
export function classifyFailure({ stderr, before, after, unreadable }: FailureFacts): Reason {
  if (busy.test(stderr)) return 'operation-in-progress'
  // Helm waits in vain on a cluster that is gone as on pods that are not ready, and says the same.
  if (unreadable) return unreadable
  if (isUnreachable(stderr)) return 'cluster-unreachable'
  if (after === before) return 'rejected-by-cluster'
  if (refused.test(stderr) && !waited.test(stderr)) return 'rejected-by-cluster'
  return 'unhealthy'
}

export const failureFix: Partial<Record<Reason, string>> = {
  'operation-in-progress':
    'Look who is at it: helm history in the release\'s namespace. If that run has ended, "helm rollback" to the last deployed revision frees the release; then run this job again.',
  'cluster-unreachable':
    'Check that the API server runs and can be reached from the runner, then run this job again: what was applied is left as it is.',
  'rejected-by-cluster': 'Correct the chart or the values with a pull request; running this job again changes nothing.',
  'missing-permission':
    "Renew the credentials and put the new kubeconfig into the environment's secret KUBECONFIG, then run this job again: what was applied is left as it is.",
  unhealthy:
    'Nothing was rolled back: the pods are as described. Fix it upstream, or revert the pull request; the next clusters were not touched.',
}
