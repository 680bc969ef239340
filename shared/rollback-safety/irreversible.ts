import { changedObjectName, isKept } from '../render/changes.js'
import { isShrinking, storageIn } from '../render/dangers.js'
import { apiGroupOf, type Resource } from '../render/resources.js'
import { getList, getPath, getText } from '../yaml/get-path.js'

/** What decides whether a release can be what it was. */
export interface ReleaseComparison {
  namespace: string
  /** What the release consists of once it is back. */
  target: Resource[]
  /** What it consists of now, and then no more: Helm would delete it. */
  since: Resource[]
  /** What the cluster has of both, and of the claims of StatefulSets, by `liveKey`; what is missing does not exist. */
  live: ReadonlyMap<string, unknown>
  /** Every `group/version` that the cluster serves; undefined where the target has only Kubernetes' own kinds. */
  served: ReadonlySet<string> | undefined
  /** The policy's `migration-markers`, and whether each value is the target's. */
  databaseSchema: { path: string; same: boolean }[]
}

/** Kinds that hold data, which is gone with them. */
export const dataKinds = ['PersistentVolumeClaim', 'PersistentVolume', 'Namespace', 'CustomResourceDefinition']

/** Kinds that lie in no namespace. */
export const clusterKinds = ['PersistentVolume', 'Namespace', 'CustomResourceDefinition']

/** `Kind/name`, with the namespace in front where the kind has one. */
export const liveKey = (kind: string, namespace: string, name: string): string =>
  `${clusterKinds.includes(kind) ? '' : `${namespace}/`}${kind}/${name}`

const keyOf = ({ kind, namespace, name }: Resource, { namespace: own }: ReleaseComparison): string =>
  liveKey(kind, namespace ?? own, name)

/**
 * Why a rollback would lose data, or the cluster would refuse it; empty where nothing is known against it. Only what Helm
 * itself would touch is asked for, so whatever of it cannot be read would stop Helm as well.
 */
export function irreversibleChanges(facts: ReleaseComparison): string[] {
  const schema = facts.databaseSchema
    .filter(({ same }) => !same)
    .map(({ path }) => `${path} shows that the database was migrated; the old version may not support its schema.`)
  return [...facts.target.filter(({ hook }) => hook === undefined).flatMap((one) => objections(one, facts)), ...schema]
}

/** What Helm would delete although it holds data: it is kept, so that nothing which was written meanwhile is lost. */
export const keptData = (facts: ReleaseComparison): Resource[] =>
  facts.since.filter((one) => {
    const live = facts.live.get(keyOf(one, facts))
    return dataKinds.includes(one.kind) && exists(live) && !isKept(one) && !isKept({ ...one, object: () => live })
  })

/** The claims that a StatefulSet makes for its replicas. */
export function claimsOf(statefulSet: unknown): string[] {
  const name = getText(statefulSet, 'metadata', 'name') ?? ''
  const number = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise)
  const replicas = number(getPath(statefulSet, 'spec', 'replicas'), 1)
  const first = number(getPath(statefulSet, 'spec', 'ordinals', 'start'), 0)
  return getList(statefulSet, 'spec', 'volumeClaimTemplates').flatMap((claim) =>
    Array.from({ length: replicas }, (_, n) => `${getText(claim, 'metadata', 'name')}-${name}-${first + n}`),
  )
}

function objections(target: Resource, facts: ReleaseComparison): string[] {
  const { kind, apiVersion } = target
  const live = facts.live.get(keyOf(target, facts))
  const name = changedObjectName(target, facts.namespace)
  if (isCustom(apiVersion) && facts.served?.has(apiVersion) === false) {
    return [`${name} uses ${apiVersion}, which the cluster no longer serves.`]
  }
  if (['PersistentVolumeClaim', 'Namespace', 'CustomResourceDefinition'].includes(kind) && !exists(live)) {
    return [`${name} is ${live === undefined ? 'gone' : 'being deleted'}: a new one would be empty.`]
  }
  if (kind === 'StatefulSet' && live === undefined) {
    const claims = claimsOf(target.object()).filter(
      (claim) => !exists(facts.live.get(liveKey('PersistentVolumeClaim', target.namespace ?? facts.namespace, claim))),
    )
    return claims.map((claim) => `${name} is gone, and so is its volume claim ${claim}: a new one would be empty.`)
  }
  if (['PersistentVolumeClaim', 'StatefulSet'].includes(kind)) {
    const smaller = isShrinking(storageIn(live), storageIn(target.object()))
    return smaller ? [`${name} requests more storage now than before; volumes cannot shrink.`] : []
  }
  if (kind === 'CustomResourceDefinition') {
    const known = getList(target.object(), 'spec', 'versions').map((version) => getText(version, 'name'))
    const stored = getList(live, 'status', 'storedVersions').filter((version) => !known.includes(String(version)))
    return stored.map((version) => `${name}: objects are stored as ${version}, which the old definition does not have.`)
  }
  return []
}

const exists = (live: unknown): boolean =>
  live !== undefined && typeof getPath(live, 'metadata', 'deletionTimestamp') !== 'string'

/** Whether a CRD must be there for it: Kubernetes' own groups have no dot, or end in k8s.io. */
export function isCustom(apiVersion: string): boolean {
  const group = apiGroupOf(apiVersion)
  return group.includes('.') && !group.endsWith('.k8s.io')
}
