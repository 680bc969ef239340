import { share } from './quantity.js'
import type { Rendering, Resource } from './resources.js'
import { at, textAt } from './yaml.js'

/** How a controller brings new pods; `away` is how many are gone at the same time, undefined where it cannot be told. */
export type Rollout =
  | { kind: 'rolling' | 'all at once' | 'one after the other' | 'by node'; away: number | undefined }
  | { kind: 'by hand' }

/** How a workload replaces its pods when their template changes; defaults are Kubernetes'. */
export function rolloutOf(workload: Resource, replicas: number | undefined): Rollout {
  const object = workload.object()
  if (workload.kind === 'Deployment') return ofDeployment(object, replicas)
  if (workload.kind !== 'StatefulSet' && workload.kind !== 'DaemonSet') return { kind: 'by hand' }
  const strategy = at(object, 'spec', 'updateStrategy')
  if (at(strategy, 'type') === 'OnDelete') return { kind: 'by hand' }
  const unavailable = at(strategy, 'rollingUpdate', 'maxUnavailable')
  if (workload.kind === 'DaemonSet') {
    const surges = at(strategy, 'rollingUpdate', 'maxSurge') ?? 0
    return { kind: 'by node', away: surges === 0 || surges === '0%' ? (share(unavailable ?? 1, 1, 'up') ?? 1) : 0 }
  }
  const partition = at(strategy, 'rollingUpdate', 'partition')
  if (typeof partition === 'number' && replicas !== undefined && partition >= replicas) return { kind: 'by hand' }
  return {
    kind: 'one after the other',
    away: Math.min(share(unavailable ?? 1, replicas ?? 1, 'up') ?? 1, replicas ?? 1),
  }
}

function ofDeployment(object: unknown, replicas: number | undefined): Rollout {
  if (at(object, 'spec', 'strategy', 'type') === 'Recreate') return { kind: 'all at once', away: replicas }
  if (replicas === undefined) return { kind: 'rolling', away: undefined }
  const settings = at(object, 'spec', 'strategy', 'rollingUpdate')
  const unavailable = share(at(settings, 'maxUnavailable') ?? '25%', replicas, 'down') ?? 0
  const surge = share(at(settings, 'maxSurge') ?? '25%', replicas, 'up')
  // With neither, nothing could ever move: Kubernetes takes one away.
  return { kind: 'rolling', away: Math.min(unavailable === 0 && surge === 0 ? 1 : unavailable, replicas) }
}

/** How many pods a workload has, at least where an autoscaler decides; undefined for a DaemonSet, whose nodes decide. */
export function replicasOf(workload: Resource, rendering: Rendering): number | undefined {
  if (workload.kind === 'DaemonSet') return undefined
  const replicas = at(workload.object(), 'spec', 'replicas')
  if (typeof replicas === 'number') return replicas
  for (const resource of rendering.resources.values()) {
    if (resource.kind !== 'HorizontalPodAutoscaler' || resource.namespace !== workload.namespace) continue
    const target = at(resource.object(), 'spec', 'scaleTargetRef')
    if (textAt(target, 'kind') !== workload.kind || textAt(target, 'name') !== workload.name) continue
    const least = at(resource.object(), 'spec', 'minReplicas')
    return typeof least === 'number' ? least : 1
  }
  return 1
}
