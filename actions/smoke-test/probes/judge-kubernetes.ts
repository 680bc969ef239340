import { z } from 'zod'
import { type ContainerStatus, type PodObject, warningsIn } from '../../../shared/kube/objects.js'
import { progressLines } from '../../../shared/kube/progress.js'
import { readWorkloads, type Workload } from '../../../shared/kube/workloads.js'
import type { KubernetesAspect, KubernetesCheck } from '../../../shared/policy/smoke-types.js'
import type { CheckFound } from '../repeat.js'

export interface KubernetesFacts {
  /** Everything of the kinds that `kindsFor` names. */
  objects: unknown[]
  release: string
  /** When the revision that is tested was deployed; undefined where the cluster does not tell. */
  since: Date | undefined
}

/** Whether the release's own objects are as the check wants them. Other people's pods in the namespace do not count. */
export function judgeKubernetes(check: KubernetesCheck, { objects, release, since }: KubernetesFacts): CheckFound {
  const needsSince = check.look.some((aspect) => aspect === 'restarts' || aspect === 'warnings')
  if (needsSince && !since) return { is: 'unknown', came: 'the cluster does not record when this was deployed' }
  const workloads = readWorkloads(objects, release)
  const own = objects.flatMap((object) => outletSchema.safeParse(object).data ?? [])
  const mine = own.filter(({ metadata }) => metadata.annotations['meta.helm.sh/release-name'] === release)
  const look: Record<KubernetesAspect, () => string[]> = {
    workloads: () => (workloads.length === 0 ? ['the release has no workloads'] : progressLines(workloads)),
    restarts: () => restartFaults(workloads, since ?? new Date(0), check.restarts),
    warnings: () =>
      warningFaults(check, objects, [...workloads.flatMap(({ about }) => about), ...mine.map(named)], since),
    volumes: () => volumeFaults(workloads, own, mine),
    addresses: () => mine.filter(lacksAddress).map((outlet) => `${named(outlet)} has no address`),
  }
  const faults = check.look.flatMap((aspect) => look[aspect]())
  if (faults.length > 0)
    return { is: 'wrong', came: faults.slice(0, 3).join('; ') + (faults.length > 3 ? '; ...' : '') }
  return { is: 'right', came: `${workloads.length} workloads: ${check.look.join(', ')} in order` }
}

const outletSchema = z.object({
  kind: z.enum(['PersistentVolumeClaim', 'Ingress', 'Service']),
  metadata: z.object({ name: z.string(), annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({ type: z.string().optional() }).default({}),
  status: z
    .object({
      phase: z.string().optional(),
      loadBalancer: z
        .object({
          ingress: z.array(z.object({ ip: z.string().optional(), hostname: z.string().optional() })).default([]),
        })
        .prefault({}),
    })
    .prefault({}),
})
type Outlet = z.infer<typeof outletSchema>

const named = ({ kind, metadata }: Outlet): string => `${kind}/${metadata.name}`

const lacksAddress = ({ kind, spec, status }: Outlet): boolean =>
  (kind === 'Ingress' || (kind === 'Service' && spec.type === 'LoadBalancer')) &&
  !status.loadBalancer.ingress.some(({ ip, hostname }) => ip || hostname)

/** Kubernetes' times have whole seconds: what happened in the deploy's own second counts. */
const isSince = (time: string | null | undefined, since: Date): boolean =>
  time != null && Date.parse(time) >= since.getTime() - 1000

function restartFaults(workloads: Workload[], since: Date, allowed: number): string[] {
  const restarted = workloads.flatMap(({ pods }) =>
    pods.flatMap((pod) =>
      [...pod.status.initContainerStatuses, ...pod.status.containerStatuses].map((container) => ({
        text: `${pod.metadata.name}/${container.name}`,
        count: restartsSince(pod, container, since),
      })),
    ),
  )
  const count = restarted.reduce((sum, one) => sum + one.count, 0)
  if (count <= allowed) return []
  const who = restarted.filter((one) => one.count > 0).map(({ text }) => text)
  return [`${count} restarts since the deploy (allowed: ${allowed}): ${who.slice(0, 3).join(', ')}`]
}

/** A pod that is older than the deploy only tells when its last run ended, so that at least one restart is known. */
function restartsSince(pod: PodObject, { restartCount, lastState }: ContainerStatus, since: Date): number {
  if (isSince(pod.metadata.creationTimestamp, since)) return restartCount
  return restartCount > 0 && isSince(lastState.terminated?.finishedAt, since) ? 1 : 0
}

function warningFaults(check: KubernetesCheck, objects: unknown[], about: string[], since = new Date(0)): string[] {
  const events = warningsIn(objects).filter(
    (event) =>
      event.at.getTime() >= since.getTime() - 1000 &&
      about.includes(event.about) &&
      !check.ignore.includes(event.reason),
  )
  const last = events.at(-1)
  if (!last || events.length <= check.warnings) return []
  return [
    `${events.length} warnings since the deploy (allowed: ${check.warnings}): ${last.about}: ${last.reason}: ${last.message}`,
  ]
}

function volumeFaults(workloads: Workload[], all: Outlet[], mine: Outlet[]): string[] {
  const used = workloads.flatMap(({ pods }) =>
    pods.flatMap(({ spec }) => spec.volumes.flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? [])),
  )
  return all
    .filter(
      (claim) => claim.kind === 'PersistentVolumeClaim' && (mine.includes(claim) || used.includes(claim.metadata.name)),
    )
    .filter(({ status }) => status.phase !== 'Bound')
    .map(({ metadata, status }) => `volume claim ${metadata.name} is ${status.phase ?? 'not bound'}`)
}
