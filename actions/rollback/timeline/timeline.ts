import { endingsOf, endingsOn } from '../../../shared/records/deployments.js'
import { sameRun } from '../../../shared/records/verified.js'
import type { FailedRange, GitContext } from '../revert/git-types.js'
import { revertOf } from '../revert/revert-pull.js'

/** One thing that happened. Texts are strangers'. */
export type TimelineEvent = { /** ISO 8601 */ at: string } & (
  | { kind: 'merged'; number: number; url: string; title: string }
  | { kind: 'verified' | 'failed' | 'back' | 'not-back' | 'again'; cluster: string; why: string }
  | { kind: 'revert-opened' | 'revert-merged'; number: number; url: string }
)

/** How far back a cluster's records are looked at. */
const lookBack = 20

/** Everything that the records and pull requests tell of a failure, oldest first. */
export async function readTimeline(context: GitContext, failure: FailedRange): Promise<TimelineEvent[]> {
  const { policy, github, world } = context
  const place = { github, repo: world.run.repository, gateBot: policy.apps.gate.bot }
  const merged = failure.pulls.map(
    ({ number, url, title, mergedAt: at }): TimelineEvent => ({ kind: 'merged', number, url, title, at }),
  )
  const deployed = (await endingsOf(place, failure.failed)).map(
    ({ record: { cluster }, success, description: why, at }): TimelineEvent => ({
      kind: success ? 'verified' : 'failed',
      cluster,
      why,
      at,
    }),
  )
  const lists = await Promise.all(policy.clusters.map(({ name }) => endingsOn(place, name, lookBack)))
  const back = lists
    .flat()
    .filter(({ record }) => sameRun(record.run, failure.run) && record.commit !== failure.failed)
    .map(({ record: { cluster }, success, description: why, at }): TimelineEvent => {
      return { kind: success ? 'back' : 'not-back', cluster, why, at }
    })
  return [...merged, ...deployed, ...back, ...(await reverted(context, failure))].toSorted(
    (a, b) => Date.parse(a.at) - Date.parse(b.at),
  )
}

async function reverted(context: GitContext, failure: FailedRange): Promise<TimelineEvent[]> {
  const revert = await revertOf(context, failure)
  if (!revert) return []
  const { policy, github, world } = context
  const { number, url, openedAt, mergedAt, merge } = revert
  const place = { github, repo: world.run.repository, gateBot: policy.apps.gate.bot }
  const since = merge === undefined ? [] : await endingsOf(place, merge)
  return [
    { kind: 'revert-opened', number, url, at: openedAt },
    ...(mergedAt === undefined ? [] : [{ kind: 'revert-merged', number, url, at: mergedAt } satisfies TimelineEvent]),
    ...since
      .filter(({ success }) => success)
      .map(({ record: { cluster }, description: why, at }): TimelineEvent => ({ kind: 'again', cluster, why, at })),
  ]
}
