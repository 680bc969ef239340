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
  /** What is to be told besides. */
  told?: Evidence[]
}

/** Looks at the cluster first, as a person would, and then says in one sentence what was the cause. */
export async function diagnoseFailure({
  ready,
  stderr,
  before,
  found,
  since,
  told = [],
}: Failed): Promise<ReleaseOutcome> {
  const { kubectl, name } = ready.site
  const after = found.latest?.revision
  const reason = classifyFailure({ stderr, before, after, unreadable: found.unreadable })
  // Where nothing was applied, the pods tell of what was there before; a cluster that does not answer tells nothing.
  const { cause, details, complete } =
    reason === 'unhealthy'
      ? diagnoseCluster(await collectDiagnosis(kubectl, name, since))
      : { cause: undefined, details: [], complete: false }
  const helmSaid = lastWords(stderr)
  const first = cause ?? (complete ? `${helmSaid}. By now every workload is ready: run this job again` : helmSaid)
  const headline = `${hook.test(stderr) ? 'A hook of the chart failed' : (words[reason] ?? 'The deploy failed')}: ${first}`
  return {
    // What Helm never made a revision of is not there.
    released: after === undefined || after === before ? undefined : releasedAs(ready, after),
    changed: after !== before,
    evidence: told,
    failure: {
      reason,
      headline,
      details: [...(cause ? [`Helm: ${helmSaid}`] : []), ...details],
      fix: failureFix[reason] ?? '',
    },
  }
}

/** A hook may have failed before anything else was applied. */
const hook = /(pre|post)-\w+ hooks? failed/

const words: Partial<Record<string, string>> = {
  'operation-in-progress': 'Another operation on this release is in progress or was cut off',
  'cluster-unreachable': 'The cluster did not answer',
  'rejected-by-cluster': 'The change was not applied',
  'missing-permission': 'The cluster does not accept the credentials any more',
  unhealthy: 'It was applied, but did not become healthy',
}

const lastWords = (stderr: string): string =>
  withoutAddresses(stderr)
    .replace(/^.*(WARNING|level=).*$/gm, '')
    .replace(/\s+/g, ' ')
    .replace(/^.*?Error: ((UPGRADE|INSTALLATION) FAILED: )?/, '')
    .trim()
    .slice(-600) || 'Helm gave no reason'
