import type { EvidenceFacts } from '../../../shared/evidence/module.js'
import type { Policy } from '../../../shared/policy/policy.js'
import type { RecordPlace } from '../../../shared/records/gate-deployments.js'
import { trialsAt, trialsOf } from '../../../shared/records/staging-trials.js'

/** When this change last went there and back on every staging cluster, and since when it does; undefined where one is missing. */
export async function stagingTrialOf(
  place: RecordPlace,
  { clusters }: Policy,
  digest: string,
): Promise<Pick<EvidenceFacts, 'trialPassed' | 'trialSince'>> {
  const names = clusters.filter(({ wave }) => wave === 'staging').map(({ name }) => name)
  const found = await Promise.all(
    names.map(async (name) => {
      const last = await trialsAt(place, name, digest)
      return last && { last: Date.parse(last.at), all: (await trialsOf(place, name, digest)).map(Date.parse) }
    }),
  )
  const passed = found.flatMap((one) => one ?? [])
  if (names.length === 0 || passed.length < names.length) return { trialPassed: undefined, trialSince: undefined }
  return {
    trialPassed: new Date(Math.min(...passed.map(({ last }) => last))),
    trialSince: new Date(Math.max(...passed.map(({ last, all }) => Math.min(last, ...all)))),
  }
}
