import { objectOf, workload } from './render.js'

export interface Edit {
  title: string
  before: object
  after: object
}

const selector = (app: string) => ({
  selector: { matchLabels: { app } },
  template: { metadata: { labels: { app } }, spec: { containers: [{ name: 'hub', image: 'hub:1' }] } },
})

const container = { name: 'hub', image: 'hub:1' }
const job = (image: string, spec: object = {}) =>
  objectOf('batch/v1', 'Job', {
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image }] } }, ...spec },
  })
const service = (spec: object) =>
  objectOf('v1', 'Service', { spec: { selector: { app: 'hub' }, ports: [{ port: 80 }], ...spec } })
const storageClass = (more: object) =>
  objectOf('storage.k8s.io/v1', 'StorageClass', { provisioner: 'x.io/disk', ...more })
const claim = (spec: object) =>
  objectOf('v1', 'PersistentVolumeClaim', {
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
  })
const binding = (name: string) =>
  objectOf('rbac.authorization.k8s.io/v1', 'RoleBinding', {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [],
  })
const data = (kind: string, value: string, more: object = {}) =>
  objectOf('v1', kind, { [kind === 'Secret' ? 'stringData' : 'data']: { a: value }, ...more })
const priority = (value: number) => objectOf('scheduling.k8s.io/v1', 'PriorityClass', { value }, 'lockstep-sample')
const pod = (more: object) => objectOf('v1', 'Pod', { spec: { containers: [container], ...more } })

/** Edits that a real API server refuses, each with the field; an end-to-end test asks one. */
export const refusedEdits: (Edit & { field: string })[] = [
  ...['Deployment', 'DaemonSet'].map((kind) => ({
    title: `the selector of a ${kind}`,
    before: workload(kind, 'hub:1', selector('hub')),
    after: workload(kind, 'hub:1', selector('other')),
    field: 'spec.selector',
  })),
  {
    title: "a StatefulSet's serviceName",
    before: workload('StatefulSet', 'hub:1', { serviceName: 'a' }),
    after: workload('StatefulSet', 'hub:1', { serviceName: 'b' }),
    field: 'spec.serviceName',
  },
  {
    title: "a StatefulSet's podManagementPolicy",
    before: workload('StatefulSet', 'hub:1'),
    after: workload('StatefulSet', 'hub:1', { podManagementPolicy: 'Parallel' }),
    field: 'spec.podManagementPolicy',
  },
  { title: "a Job's template", before: job('a:1'), after: job('a:2'), field: 'spec.template' },
  { title: "a Service's address", before: service({}), after: service({ clusterIP: 'None' }), field: 'spec.clusterIP' },
  {
    title: "a StorageClass's parameters",
    before: storageClass({ parameters: { type: 'a' } }),
    after: storageClass({ parameters: { type: 'b' } }),
    field: 'parameters',
  },
  {
    title: "a StorageClass's reclaimPolicy",
    before: storageClass({}),
    after: storageClass({ reclaimPolicy: 'Retain' }),
    field: 'reclaimPolicy',
  },
  {
    title: "a claim's class",
    before: claim({ storageClassName: 'a' }),
    after: claim({ storageClassName: 'b' }),
    field: 'spec.storageClassName',
  },
  { title: 'what a RoleBinding binds', before: binding('a'), after: binding('b'), field: 'roleRef' },
  {
    title: 'a ConfigMap that is immutable',
    before: data('ConfigMap', 'a', { immutable: true }),
    after: data('ConfigMap', 'b', { immutable: true }),
    field: 'data',
  },
  {
    title: "a Secret's type",
    before: data('Secret', 'a'),
    after: data('Secret', 'a', { type: 'x.io/other' }),
    field: 'type',
  },
  { title: "a PriorityClass's value", before: priority(1), after: priority(2), field: 'value' },
  {
    title: "a pod's node",
    before: pod({}),
    after: pod({ serviceAccountName: 'other' }),
    field: 'spec.serviceAccountName',
  },
]

/** Edits that a real API server takes. */
export const allowedEdits: Edit[] = [
  { title: 'an image', before: workload('Deployment', 'hub:1'), after: workload('Deployment', 'hub:2') },
  {
    title: "a StatefulSet's replicas and strategy",
    before: workload('StatefulSet', 'hub:1'),
    after: workload('StatefulSet', 'hub:2', {
      replicas: 3,
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
    }),
  },
  {
    title: 'a default that is written out',
    before: workload('StatefulSet', 'hub:1'),
    after: workload('StatefulSet', 'hub:1', { podManagementPolicy: 'OrderedReady' }),
  },
  {
    title: "a Job's labels",
    before: job('a:1'),
    after: { ...job('a:1'), metadata: { name: 'hub', labels: { a: 'b' } } },
  },
  { title: "a Job's parallelism", before: job('a:1'), after: job('a:1', { parallelism: 2 }) },
  { title: 'a Service that no longer says None', before: service({ clusterIP: 'None' }), after: service({}) },
  { title: "a Service's ports", before: service({}), after: service({ ports: [{ port: 81 }] }) },
  { title: 'a ConfigMap', before: data('ConfigMap', 'a'), after: data('ConfigMap', 'b') },
  { title: 'a Secret', before: data('Secret', 'a'), after: data('Secret', 'b') },
  {
    title: "a StorageClass's expansion",
    before: storageClass({}),
    after: storageClass({ allowVolumeExpansion: true }),
  },
  { title: "a pod's image", before: pod({}), after: pod({ containers: [{ ...container, image: 'hub:2' }] }) },
]
