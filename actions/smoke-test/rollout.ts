import type { Kubectl } from '../../shared/kube/kubectl.js'
import { progressLines } from '../../shared/kube/progress.js'
import { readWorkloads, type Workload, workloadKinds } from '../../shared/kube/workloads.js'
import type { Found, Question } from './repeat.js'

/** Before anything is asked: all replicas are the new ones, of one and the same image, and the old ones were told to go. */
export const rolloutQuestion = (kubectl: Kubectl, release: string, within: number): Question => ({
  name: 'new pods only',
  within,
  retries: undefined,
  inARow: 1,
  patient: true,
  ask: async () => judgeRollout(readWorkloads(await kubectl.all(...workloadKinds), release)),
})

export function judgeRollout(workloads: readonly Workload[]): Found {
  const older = workloads.flatMap((workload) => workload.older.map(({ metadata }) => metadata.name))
  const faults = [
    ...progressLines([...workloads]),
    ...older.map((name) => `pod ${name} is of an earlier revision and still there`),
    ...workloads.flatMap(mixedImages),
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
