import { isDeepStrictEqual } from 'node:util'
import { type Fields, getPath, isFields } from '../yaml/get-path.js'
import { changedObjectName, type ObjectChange } from './changes.js'
import { apiGroupOf, type Resource } from './resources.js'

/** A change that the API server will refuse. */
export interface ImmutableChange {
  /** `Kind name` */
  object: string
  /** Path of the field, as `spec.selector`. */
  field: string
}

/** Paths that cannot change once the object is there; with the value that leaving them out means. */
const fixed: Record<string, Record<string, unknown>> = {
  'apps/Deployment': { 'spec.selector': undefined },
  'apps/ReplicaSet': { 'spec.selector': undefined },
  'apps/DaemonSet': { 'spec.selector': undefined },
  'batch/Job': {
    'spec.selector': undefined,
    'spec.template': undefined,
    'spec.completionMode': 'NonIndexed',
    'spec.podFailurePolicy': undefined,
    'spec.backoffLimitPerIndex': undefined,
    'spec.successPolicy': undefined,
    'spec.managedBy': undefined,
  },
  'rbac.authorization.k8s.io/RoleBinding': { roleRef: undefined },
  'rbac.authorization.k8s.io/ClusterRoleBinding': { roleRef: undefined },
  'storage.k8s.io/StorageClass': {
    provisioner: undefined,
    parameters: undefined,
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'Immediate',
  },
  'storage.k8s.io/CSIDriver': { 'spec.attachRequired': true, 'spec.volumeLifecycleModes': ['Persistent'] },
  'scheduling.k8s.io/PriorityClass': { value: 0, preemptionPolicy: 'PreemptLowerPriority' },
  'networking.k8s.io/IngressClass': { 'spec.controller': undefined },
  'node.k8s.io/RuntimeClass': { handler: undefined },
  'discovery.k8s.io/EndpointSlice': { addressType: undefined },
  'apiextensions.k8s.io/CustomResourceDefinition': { 'spec.group': undefined, 'spec.scope': undefined },
  '/Secret': { type: 'Opaque' },
  '/PersistentVolume': { 'spec.volumeMode': 'Filesystem' },
}

// Of these the whole spec is fixed, but for the fields named here.
const mutableSpec: Record<string, { mutable: string[]; defaults: Fields }> = {
  'apps/StatefulSet': {
    mutable: [
      'replicas',
      'ordinals',
      'template',
      'updateStrategy',
      'revisionHistoryLimit',
      'persistentVolumeClaimRetentionPolicy',
      'minReadySeconds',
    ],
    defaults: { podManagementPolicy: 'OrderedReady', serviceName: '' },
  },
  '/PersistentVolumeClaim': {
    mutable: ['resources', 'volumeAttributesClassName'],
    defaults: { volumeMode: 'Filesystem' },
  },
  '/Pod': {
    mutable: ['containers', 'initContainers', 'activeDeadlineSeconds', 'tolerations', 'terminationGracePeriodSeconds'],
    defaults: { restartPolicy: 'Always' },
  },
}

/**
 * Which fields the API server would refuse to change, as its validation in Kubernetes 1.35 says (pkg/apis/.../validation.go).
 * Hooks are left out: Helm deletes them before it creates them again.
 */
export function immutableChanges(changes: ObjectChange[], namespace: string): ImmutableChange[] {
  return changes.flatMap((change) => {
    if (change.kind !== 'changed' || change.after.hook !== undefined) return []
    const { before, after } = change
    const kind = `${apiGroupOf(after.apiVersion)}/${after.kind}`
    // Thousands of objects may have changed: only those are parsed that have something fixed.
    if (!mayBeFixed(kind, before)) return []
    const fields = refusedFields(kind, before.object(), after.object())
    return fields.map((field) => ({ object: changedObjectName(after, namespace), field }))
  })
}

const mayBeFixed = (kind: string, { bytes }: Resource): boolean =>
  kind in fixed || kind in mutableSpec || kind === '/Service' || (kind === '/ConfigMap' && bytes.includes('immutable'))

function refusedFields(kind: string, before: unknown, after: unknown): string[] {
  const differs = (field: string, fallback: unknown): boolean => {
    const path = field.split('.')
    return !isDeepStrictEqual(getPath(before, ...path) ?? fallback, getPath(after, ...path) ?? fallback)
  }
  const fields = Object.entries(fixed[kind] ?? {}).flatMap(([field, fallback]) =>
    differs(field, fallback) ? [field] : [],
  )
  const spec = mutableSpec[kind]
  if (spec) {
    const names = [before, after].flatMap((object) => Object.keys(fieldsAt(object, 'spec')))
    for (const name of new Set(names)) {
      if (!spec.mutable.includes(name) && differs(`spec.${name}`, spec.defaults[name])) fields.push(`spec.${name}`)
    }
  }
  if (kind === '/Service' && clusterAddressChanges(before, after)) fields.push('spec.clusterIP')
  if ((kind === '/ConfigMap' || kind === '/Secret') && getPath(before, 'immutable') === true) {
    fields.push(...['immutable', 'data', 'binaryData'].filter((field) => differs(field, undefined)))
  }
  return fields
}

/** Leaving the address out keeps what was assigned; an assigned one is there unless the Service had none (`None`). */
function clusterAddressChanges(before: unknown, after: unknown): boolean {
  const types = [getPath(before, 'spec', 'type'), getPath(after, 'spec', 'type')]
  const wanted = getPath(after, 'spec', 'clusterIP')
  if (types.includes('ExternalName') || typeof wanted !== 'string' || wanted === '') return false
  return wanted !== getPath(before, 'spec', 'clusterIP')
}

function fieldsAt(object: unknown, key: string): Fields {
  const inside = getPath(object, key)
  return isFields(inside) ? inside : {}
}
