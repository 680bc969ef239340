import type { EvidenceFacts } from '../../shared/infra/evidence/module.js'
import type { Policy } from '../../shared/policy/policy.js'
import type { Place } from '../../shared/records/gate-deployments.js'
import { stagedAt } from '../../shared/records/staged.js'

/** When every staging cluster was brought there and back with this change: the one that was done first counts. */
export async function stagingOf(
  place: Place,
  { clusters }: Policy,
  digest: string,
  _now: Date,
): Promise<Pick<EvidenceFacts, 'staged' | 'onStaging'>> {
  const names = clusters.filter(({ role }) => role === 'staging').map(({ name }) => name)
  const found = await Promise.all(names.map((name) => stagedAt(place, name, digest)))
  const dates = found.flatMap((one) => (one ? [new Date(one.at)] : []))
  const all = names.length > 0 && dates.length === names.length
  const first = dates.toSorted((one, other) => one.getTime() - other.getTime())[0]
  return { staged: all ? first : undefined, onStaging: undefined }
}
