import { getPath, getText } from '../yaml/get-path.js'
import { showShare } from './quantity.js'
import type { Rendering, Resource } from './resources.js'

/** How a controller brings new pods; `away` is how many are gone at the same time, undefined where it cannot be told. */
export type Rollout =
  | { kind: 'rolling' | 'all at once' | 'one after the other' | 'by node'; away: number | undefined }
  | { kind: 'by hand' }

/** How a workload replaces its pods when their template changes; defaults are Kubernetes'. */
export function rolloutOf(workload: Resource, replicas: number | undefined): Rollout {
  const object = workload.object()
  if (workload.kind === 'Deployment') return ofDeployment(object, replicas)
  if (workload.kind !== 'StatefulSet' && workload.kind !== 'DaemonSet') return { kind: 'by hand' }
  const strategy = getPath(object, 'spec', 'updateStrategy')
  if (getPath(strategy, 'type') === 'OnDelete') return { kind: 'by hand' }
  const unavailable = getPath(strategy, 'rollingUpdate', 'maxUnavailable')
  if (workload.kind === 'DaemonSet') {
    const surges = getPath(strategy, 'rollingUpdate', 'maxSurge') ?? 0
    return { kind: 'by node', away: surges === 0 || surges === '0%' ? (showShare(unavailable ?? 1, 1, 'up') ?? 1) : 0 }
  }
  const partition = getPath(strategy, 'rollingUpdate', 'partition')
  if (typeof partition === 'number' && replicas !== undefined && partition >= replicas) return { kind: 'by hand' }
  return {
    kind: 'one after the other',
    away: Math.min(showShare(unavailable ?? 1, replicas ?? 1, 'up') ?? 1, replicas ?? 1),
  }
}

function ofDeployment(object: unknown, replicas: number | undefined): Rollout {
  if (getPath(object, 'spec', 'strategy', 'type') === 'Recreate') return { kind: 'all at once', away: replicas }
  if (replicas === undefined) return { kind: 'rolling', away: undefined }
  const settings = getPath(object, 'spec', 'strategy', 'rollingUpdate')
  const unavailable = showShare(getPath(settings, 'maxUnavailable') ?? '25%', replicas, 'down') ?? 0
  const surge = showShare(getPath(settings, 'maxSurge') ?? '25%', replicas, 'up')
  // With neither, nothing could ever move: Kubernetes takes one away.
  return { kind: 'rolling', away: Math.min(unavailable === 0 && surge === 0 ? 1 : unavailable, replicas) }
}

/** How many pods a workload has, at least where an autoscaler decides; undefined for a DaemonSet, whose nodes decide. */
export function replicasOf(workload: Resource, rendering: Rendering): number | undefined {
  if (workload.kind === 'DaemonSet') return undefined
  const replicas = getPath(workload.object(), 'spec', 'replicas')
  if (typeof replicas === 'number') return replicas
  for (const resource of rendering.resources.values()) {
    if (resource.kind !== 'HorizontalPodAutoscaler' || resource.namespace !== workload.namespace) continue
    const target = getPath(resource.object(), 'spec', 'scaleTargetRef')
    if (getText(target, 'kind') !== workload.kind || getText(target, 'name') !== workload.name) continue
    const least = getPath(resource.object(), 'spec', 'minReplicas')
    return typeof least === 'number' ? least : 1
  }
  return 1
}
