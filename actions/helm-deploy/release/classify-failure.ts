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

/** The reason of a failed upgrade. If Helm timed out waiting, the change was applied; if it refused, it was not. */
export function classifyFailure({ stderr, before, after, unreadable }: FailureFacts): Reason {
  if (busy.test(stderr)) return 'operation-in-progress'
  // Helm reports the same timeout for a cluster that is gone and for pods that are not ready.
  if (unreadable) return unreadable
  if (isUnreachable(stderr)) return 'cluster-unreachable'
  if (after === before) return 'rejected-by-cluster'
  if (refused.test(stderr) && !waited.test(stderr)) return 'rejected-by-cluster'
  return 'unhealthy'
}

export const failureFix: Partial<Record<Reason, string>> = {
  'operation-in-progress':
    'Find out which operation it is: helm history in the release\'s namespace. If that run has ended, unlock the release with "helm rollback" to the last deployed revision; then re-run this job.',
  'cluster-unreachable':
    'Check that the API server runs and can be reached from the runner, then re-run this job. Whatever was applied stays in place.',
  'rejected-by-cluster': 'Correct the chart or the values with a pull request; re-running this job does not help.',
  'missing-permission':
    "Renew the credentials and put the new kubeconfig into the environment's secret KUBECONFIG, then re-run this job. Whatever was applied stays in place.",
  unhealthy:
    'This job rolled nothing back: the pods are as described. Fix it upstream, or revert the pull request; the next clusters were not touched.',
}
