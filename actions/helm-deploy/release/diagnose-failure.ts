import type { Evidence } from '../../../shared/foundation/result.js'
import { collectDiagnosis, diagnoseCluster } from '../../../shared/kube/diagnosis.js'
import { withoutAddresses } from '../../../shared/kube/messages.js'
import type { ReadBack } from '../../../shared/releases/read-back.js'
import { classifyFailure, failureFix } from './classify-failure.js'
import type { ReleaseOutcome } from './types.js'
import { type ReadyRelease, releasedAs } from './types.js'

interface Failed {
  ready: ReadyRelease
  /** What Helm said. */
  stderr: string
  /** The release's revision before the upgrade. */
  before: number | undefined
  found: ReadBack
  since: Date
  /** To be reported with it. */
  evidence?: Evidence[]
}

/** Inspects the cluster, and then says in one sentence what the cause was. */
export async function diagnoseFailure({
  ready,
  stderr,
  before,
  found,
  since,
  evidence = [],
}: Failed): Promise<ReleaseOutcome> {
  const { kubectl, name } = ready.site
  const after = found.latest?.revision
  const reason = classifyFailure({ stderr, before, after, unreadable: found.unreadable })
  // If nothing was applied, the pods are those of the revision before; a cluster that does not answer shows nothing.
  const { cause, details, complete } =
    reason === 'unhealthy'
      ? diagnoseCluster(await collectDiagnosis(kubectl, name, since))
      : { cause: undefined, details: [], complete: false }
  const helmError = errorOf(stderr)
  const first = cause ?? (complete ? `${helmError}. All workloads are ready by now: re-run this job` : helmError)
  const headline = `${hook.test(stderr) ? 'A hook of the chart failed' : (headlines[reason] ?? 'The deploy failed')}: ${first}`
  return {
    // Without a new revision, nothing was applied.
    released: after === undefined || after === before ? undefined : releasedAs(ready, after),
    changed: after !== before,
    evidence,
    failure: {
      reason,
      headline,
      details: [...(cause ? [`Helm: ${helmError}`] : []), ...details],
      fix: failureFix[reason] ?? '',
    },
  }
}

/** A hook may have failed before anything else was applied. */
const hook = /(pre|post)-\w+ hooks? failed/

const headlines: Partial<Record<string, string>> = {
  'operation-in-progress': 'Another operation on this release is in progress or was interrupted',
  'cluster-unreachable': 'The cluster did not answer',
  'rejected-by-cluster': 'The change was not applied',
  'missing-permission': 'The cluster no longer accepts the credentials',
  unhealthy: 'The change was applied, but did not become healthy',
}

const errorOf = (stderr: string): string =>
  withoutAddresses(stderr)
    .replace(/^.*(WARNING|level=).*$/gm, '')
    .replace(/\s+/g, ' ')
    .replace(/^.*?Error: ((UPGRADE|INSTALLATION) FAILED: )?/, '')
    .trim()
    .slice(-600) || 'Helm gave no reason'
