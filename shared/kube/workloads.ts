import { type OwnerObject, ownersIn, type PodObject, podsIn } from './objects.js'

/** What `readWorkloads` wants to be given, as kubectl names them. */
export const workloadKinds = [
  'deployments.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'replicasets.apps',
  'jobs.batch',
  'pods',
]

/** Something that runs pods, with the pods of its newest revision: older ones say nothing about the deploy. */
export interface Workload {
  kind: string
  name: string
  /** How many pods it should have. */
  wanted: number
  /** How many pods of the newest revision are ready (of a job: have succeeded). */
  ready: number
  pods: PodObject[]
  /** Pods of earlier revisions that nobody has told to go yet: they still serve. */
  older: PodObject[]
  /** Of a job: why Kubernetes gave it up. */
  failed: string | undefined
  /** Everything whose events are about this workload, as `Kind/name`. */
  about: string[]
}

/**
 * The workloads that the Helm release put into the namespace, hooks included.
 *
 * @param since when Helm began: a hook's job from before says nothing about this upgrade. Undefined: all count.
 */
export function readWorkloads(objects: unknown[], release: string, since?: Date): Workload[] {
  const pods = podsIn(objects)
  const replicaSets = ownersIn(objects, 'ReplicaSet')
  return ownersIn(objects, 'Deployment', 'StatefulSet', 'DaemonSet', 'Job')
    .filter((owner) => belongsTo(owner, release) && !(since && isEarlierHook(owner, since)))
    .map((owner) => {
      const sets = owner.kind === 'Deployment' ? replicaSets.filter((set) => isOwned(set, owner)) : [owner]
      const parent = owner.kind === 'Deployment' ? newest(sets) : owner
      // Until the controller has seen the change, what it reports is about the revision before.
      const seen = (owner.status.observedGeneration ?? owner.metadata.generation) >= owner.metadata.generation
      const own =
        parent && seen
          ? newestPods(
              pods.filter((pod) => isOwned(pod, parent)),
              owner,
            )
          : []
      const failed = owner.status.conditions.find(({ type, status }) => type === 'Failed' && status === 'True')
      return {
        kind: owner.kind,
        name: owner.metadata.name,
        wanted: wantedBy(owner),
        ready: owner.kind === 'Job' ? (owner.status.succeeded ?? 0) : own.filter(isWorkloadReady).length,
        pods: own,
        older: owner.kind === 'Job' ? [] : pods.filter((pod) => staysOf(sets, pod) && !own.includes(pod)),
        failed: failed && (failed.message ?? failed.reason ?? 'it failed'),
        about: [owner, ...(parent && parent !== owner ? [parent] : [])]
          .map((object) => `${object.kind}/${object.metadata.name}`)
          .concat(own.map((pod) => `Pod/${pod.metadata.name}`)),
      }
    })
}

const staysOf = (sets: OwnerObject[], pod: PodObject): boolean =>
  sets.some((set) => isOwned(pod, set)) &&
  !pod.metadata.deletionTimestamp &&
  !['Succeeded', 'Failed'].includes(pod.status.phase)

export const isComplete = (workload: Workload): boolean => workload.ready >= workload.wanted

const belongsTo = ({ metadata }: OwnerObject, release: string): boolean =>
  metadata.annotations['meta.helm.sh/release-name'] === release || 'helm.sh/hook' in metadata.annotations

/** Times of creation have whole seconds: one of the very second counts. */
const isEarlierHook = ({ metadata }: OwnerObject, since: Date): boolean =>
  'helm.sh/hook' in metadata.annotations && Date.parse(metadata.creationTimestamp ?? '') < since.getTime() - 1000

const isOwned = (object: { metadata: PodObject['metadata'] }, owner: OwnerObject): boolean =>
  object.metadata.ownerReferences.some(({ uid }) => uid === owner.metadata.uid)

const revisionOf = ({ metadata }: OwnerObject): number =>
  Number(metadata.annotations['deployment.kubernetes.io/revision'] ?? 0)

const newest = (sets: OwnerObject[]): OwnerObject | undefined =>
  sets.toSorted((a, b) => revisionOf(b) - revisionOf(a))[0]

/** Where pods are only replaced by hand (OnDelete), those that are there are meant to stay. */
function newestPods(pods: PodObject[], { kind, spec, status }: OwnerObject): PodObject[] {
  if (spec.updateStrategy?.type === 'OnDelete') return pods
  if (kind === 'DaemonSet') {
    // It does not say which pods are updated, only how many: the youngest.
    const age = ({ metadata }: PodObject): number => Date.parse(metadata.creationTimestamp ?? '') || 0
    return pods.toSorted((a, b) => age(b) - age(a)).slice(0, status.updatedNumberScheduled ?? pods.length)
  }
  const { updateRevision } = status
  if (updateRevision === undefined) return pods
  return pods.filter(({ metadata }) => metadata.labels['controller-revision-hash'] === updateRevision)
}

function wantedBy({ kind, spec, status }: OwnerObject): number {
  if (kind === 'DaemonSet') return status.desiredNumberScheduled ?? 0
  return (kind === 'Job' ? spec.completions : spec.replicas) ?? 1
}

export const isWorkloadReady = (pod: PodObject): boolean =>
  pod.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
