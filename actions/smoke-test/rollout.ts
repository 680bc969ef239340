import { progressLines } from '../../shared/kube/progress.js'
import { readWorkloads, type Workload, workloadKinds } from '../../shared/kube/workloads.js'
import type { CheckFound, Probe } from './repeat.js'
import type { TestedRelease } from './subject.js'

/** Before anything is asked: every replica that serves is a new one, of one and the same image. */
export const rolloutQuestion = (releases: readonly TestedRelease[], timeout: number): Probe => ({
  name: 'new pods only',
  timeout,
  failureThreshold: undefined,
  successThreshold: 1,
  patient: true,
  ask: async () => {
    const read = async ({ kubectl, name }: TestedRelease): Promise<Workload[]> =>
      readWorkloads(await kubectl.all(...workloadKinds), name)
    return judgeRollout((await Promise.all(releases.map(read))).flat())
  },
})

/**
 * Pods that are not ready are no fault by themselves: Helm has waited for them once, nobody is led to them, and some are only
 * there to be pushed aside. They are told where they keep an old pod from going, and where there is no pod at all. Jobs serve nobody.
 */
export function judgeRollout(all: readonly Workload[]): CheckFound {
  const workloads = all.filter(({ kind }) => kind !== 'Job')
  const stuck = workloads.filter(({ older }) => older.length > 0)
  const faults = [
    ...progressLines(stuck),
    ...stuck.flatMap(({ older }) => older.map(({ metadata }) => `pod ${metadata.name} is of an earlier revision`)),
    ...workloads.flatMap(mixedImages),
    ...progressLines(workloads.filter(({ wanted, pods, older }) => wanted > 0 && pods.length + older.length === 0)),
  ]
  if (faults.length > 0) return { is: 'wrong', came: faults.slice(0, 3).join('; ') }
  const pods = workloads.reduce((count, workload) => count + workload.pods.length, 0)
  return { is: 'right', came: `${pods} pods of ${workloads.length} workloads, all of the new revision` }
}

/** A tag that was moved gives replicas of different content under the same name. */
function mixedImages({ kind, name, pods }: Workload): string[] {
  const seen = new Map<string, Set<string>>()
  for (const { image, imageID } of pods.flatMap(({ status }) => status.containerStatuses)) {
    if (imageID !== '') seen.set(image, (seen.get(image) ?? new Set()).add(imageID))
  }
  return [...seen].flatMap(([image, ids]) =>
    ids.size > 1 ? [`${kind} ${name}: its pods run ${ids.size} different images under the name ${image}`] : [],
  )
}
