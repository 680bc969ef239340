import { isDeepStrictEqual } from 'node:util'
import { type Fields, getList, getPath, getText, isFields } from '../yaml/get-path.js'
import { changedObjectName, isKept, type ObjectChange } from './changes.js'
import { type ImmutableChange, immutableChanges } from './immutable.js'
import { parseQuantity } from './quantity.js'
import type { Resource } from './resources.js'

/** Why a change is dangerous (T3), whatever its files look like. */
export const dangerKinds = [
  'volume-deleted',
  'volume-changed',
  'namespace-deleted',
  'namespace-changed',
  'crd-deleted',
  'crd-version-dropped',
  'storage-shrunk',
  'retention-lowered',
  'address-changed',
  'immutable-field',
] as const

export interface Danger {
  kind: (typeof dangerKinds)[number]
  /** `Kind name` */
  object: string
  /** One sentence for people; holds no values that could be secret. */
  text: string
}

/** What of a change could lose data or addresses, or cannot be rolled back. */
export function dangersIn(changes: ObjectChange[], namespace: string): Danger[] {
  const found = changes.flatMap((change) => {
    // Hooks come and go with every upgrade.
    if ((change.after ?? change.before).hook !== undefined) return []
    if (change.kind === 'removed') return removed(change.before, changedObjectName(change.before, namespace))
    return change.kind === 'changed'
      ? changed(change.before, change.after, changedObjectName(change.after, namespace))
      : []
  })
  return [...found, ...immutableChanges(changes, namespace).map(refused)]
}

const refused = ({ object, field }: ImmutableChange): Danger => ({
  kind: 'immutable-field',
  object,
  text: `${object}: ${field} cannot be changed in place: the cluster would reject it.`,
})

const deleted: Record<string, [Danger['kind'], string]> = {
  PersistentVolumeClaim: ['volume-deleted', 'its data is lost'],
  PersistentVolume: ['volume-deleted', 'its data may be lost'],
  Namespace: ['namespace-deleted', 'everything in it is deleted as well'],
  CustomResourceDefinition: ['crd-deleted', 'every object of its kind is deleted as well, on the whole cluster'],
}

function removed(before: Resource, object: string): Danger[] {
  const [kind, text] = deleted[before.kind] ?? []
  if (kind && !isKept(before)) return [{ kind, object, text: `${object} is deleted: ${text}.` }]
  if (before.kind === 'Service' && isLoadBalancer(before.object())) {
    return [{ kind: 'address-changed', object, text: `${object} is deleted, and its public address is lost.` }]
  }
  return []
}

// The only kinds that are parsed: thousands of objects may have changed.
const watched = [
  'PersistentVolumeClaim',
  'PersistentVolume',
  'Namespace',
  'CustomResourceDefinition',
  'Service',
  'StatefulSet',
  'Deployment',
  'Prometheus',
]

function changed(before: Resource, after: Resource, object: string): Danger[] {
  if (!watched.includes(after.kind)) return []
  const [old, now] = [before.object(), after.object()]
  const found: Danger[] = []
  const add = (kind: Danger['kind'], text: string): number => found.push({ kind, object, text: `${object}: ${text}` })
  if (isShrinking(storageIn(old), storageIn(now)))
    add('storage-shrunk', 'requests less storage; volumes cannot shrink.')
  if (after.kind === 'PersistentVolumeClaim' || after.kind === 'PersistentVolume') {
    if (!isDeepStrictEqual(getPath(old, 'spec'), getPath(now, 'spec'))) add('volume-changed', 'the volume changes.')
  }
  if (
    after.kind === 'Namespace' &&
    !isDeepStrictEqual(getPath(old, 'metadata', 'labels'), getPath(now, 'metadata', 'labels'))
  ) {
    add('namespace-changed', 'labels of the namespace change; policies for everything in it may depend on them.')
  }
  if (after.kind === 'CustomResourceDefinition') {
    const lost = servedVersions(old).filter((version) => !servedVersions(now).includes(version))
    if (lost.length > 0) add('crd-version-dropped', `version ${lost.join(', ')} is no longer served.`)
  }
  if (isLoadBalancer(old) && addressOf(old) !== addressOf(now)) {
    add('address-changed', 'its public address may change.')
  }
  const retention = [retentionOf(old), retentionOf(now)] as const
  if (retention[1] !== undefined && retention[1] < (retention[0] ?? Number.POSITIVE_INFINITY)) {
    if (retention[0] !== undefined) add('retention-lowered', 'keeps its data for a shorter time.')
  }
  return found
}

/** Claimed bytes by claim: of a claim itself, and of a StatefulSet's templates. */
export function storageIn(object: unknown): Map<string, number> {
  const size = (claim: unknown): number | undefined =>
    parseQuantity(getPath(claim, 'spec', 'resources', 'requests', 'storage'))
  const claims: [string, unknown][] = [['', object]]
  for (const claim of getList(object, 'spec', 'volumeClaimTemplates')) {
    claims.push([getText(claim, 'metadata', 'name') ?? '', claim])
  }
  return new Map(
    claims.flatMap(([name, claim]) => {
      const bytes = size(claim)
      return bytes === undefined ? [] : [[name, bytes] as const]
    }),
  )
}

/** Whether a claim asks for fewer bytes than before. */
export const isShrinking = (before: Map<string, number>, after: Map<string, number>): boolean =>
  [...before].some(([name, bytes]) => (after.get(name) ?? bytes) < bytes)

function servedVersions(crd: unknown): string[] {
  return getList(crd, 'spec', 'versions').flatMap((version) =>
    getPath(version, 'served') === true ? [getText(version, 'name') ?? ''] : [],
  )
}

const isLoadBalancer = (object: unknown): boolean =>
  getPath(object, 'kind') === 'Service' && getPath(object, 'spec', 'type') === 'LoadBalancer'

/** All that decides which public address a Service has, as one text. */
function addressOf(service: unknown): string {
  const annotations = getPath(service, 'metadata', 'annotations')
  const about = Object.entries(isFields(annotations) ? annotations : {}).filter(([key]) =>
    /load-?balancer|static-ip|eip|address|internal/i.test(key),
  )
  const spec: Fields = {}
  for (const key of ['type', 'loadBalancerIP', 'loadBalancerClass', 'externalIPs'])
    spec[key] = getPath(service, 'spec', key)
  return JSON.stringify([spec, about.toSorted()])
}

const hours: Record<string, number> = { h: 1, d: 24, w: 168, y: 8760 }

/** Hours that a Prometheus keeps its data; undefined where nothing says so. */
function retentionOf(object: unknown): number | undefined {
  const containers = getList(object, 'spec', 'template', 'spec', 'containers')
  const args = containers.flatMap((container) => [...getList(container, 'args'), ...getList(container, 'command')])
  const flag = args.map((arg) => /^--storage\.tsdb\.retention(?:\.time)?=(\S+)$/.exec(String(arg))?.[1]).find(Boolean)
  const text = flag ?? (getPath(object, 'kind') === 'Prometheus' ? getText(object, 'spec', 'retention') : undefined)
  const [, count, unit] = /^(\d+)([hdwy])$/.exec(text ?? '') ?? []
  return count === undefined || unit === undefined ? undefined : Number(count) * (hours[unit] ?? 1)
}
