/** A Deployment `web` of the release `hub` with one ready pod, as the API tells it; each part can be changed. */
export function webObjects(
  change: { pod?: object; container?: object; deployment?: object; more?: object[]; since?: string } = {},
): unknown[] {
  const annotations = { 'meta.helm.sh/release-name': 'hub' }
  const owned = (kind: string, name: string, uid: string) => ({ ownerReferences: [{ kind, name, uid }] })
  return [
    {
      kind: 'Deployment',
      metadata: { name: 'web', uid: 'd', generation: 2, annotations },
      spec: { replicas: 1 },
      status: { observedGeneration: 2 },
      ...change.deployment,
    },
    replicaSet('web-2', 'new', 2),
    replicaSet('web-1', 'old', 1),
    {
      kind: 'Pod',
      metadata: { name: 'web-2-x', creationTimestamp: '2026-01-01T10:00:05Z', ...owned('ReplicaSet', 'web-2', 'new') },
      spec: { containers: [{ name: 'web' }], volumes: [{ persistentVolumeClaim: { claimName: 'data' } }] },
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: [{ name: 'web', image: 'i:1', imageID: 'i@sha256:1', ready: true, ...change.container }],
      },
      ...change.pod,
    },
    ...(change.more ?? []),
  ]
}

const replicaSet = (name: string, uid: string, revision: number) => ({
  kind: 'ReplicaSet',
  metadata: {
    name,
    uid,
    annotations: { 'deployment.kubernetes.io/revision': String(revision) },
    ownerReferences: [{ kind: 'Deployment', name: 'web', uid: 'd' }],
  },
})

/** A pod of the revision before. */
export const olderPod = (metadata: object = {}, phase = 'Running'): object => ({
  kind: 'Pod',
  metadata: { name: 'web-1-y', ownerReferences: [{ kind: 'ReplicaSet', name: 'web-1', uid: 'old' }], ...metadata },
  status: { phase, conditions: [{ type: 'Ready', status: 'True' }] },
})

export const warning = (name: string, at: string, reason = 'Unhealthy'): object => ({
  kind: 'Event',
  type: 'Warning',
  reason,
  message: 'probe failed',
  involvedObject: { kind: 'Pod', name },
  lastTimestamp: at,
  metadata: {},
})
