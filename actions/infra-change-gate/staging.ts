import type { EvidenceFacts } from '../../shared/infra/evidence/module.js'
import type { Policy } from '../../shared/policy/policy.js'
import type { Place } from '../../shared/records/gate-deployments.js'
import { stagedAt, stagingsOf } from '../../shared/records/staged.js'

/** When this change last went there and back on every staging cluster, and since when it does; undefined where one is missing. */
export async function stagingOf(
  place: Place,
  { clusters }: Policy,
  digest: string,
): Promise<Pick<EvidenceFacts, 'staged' | 'stagedSince'>> {
  const names = clusters.filter(({ role }) => role === 'staging').map(({ name }) => name)
  const found = await Promise.all(
    names.map(async (name) => {
      const last = await stagedAt(place, name, digest)
      return last && { last: Date.parse(last.at), all: (await stagingsOf(place, name, digest)).map(Date.parse) }
    }),
  )
  const passed = found.flatMap((one) => one ?? [])
  if (names.length === 0 || passed.length < names.length) return { staged: undefined, stagedSince: undefined }
  return {
    staged: new Date(Math.min(...passed.map(({ last }) => last))),
    stagedSince: new Date(Math.max(...passed.map(({ last, all }) => Math.min(last, ...all)))),
  }
}
