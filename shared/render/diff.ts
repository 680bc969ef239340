import { isDeepStrictEqual } from 'node:util'
import { writeYaml } from '../yaml/get-path.js'
import { changedObjectName, type ObjectChange, resourceOf } from './changes.js'
import { lineDiff } from './line-diff.js'
import { redactValue, valueRedactor } from './redact.js'
import type { Resource } from './resources.js'

/** How one object differs, for people; holds no secret. */
export interface ResourceDiff {
  kind: ObjectChange['kind']
  /** Kind of the object. */
  of: string
  /** `Kind name` */
  object: string
  source: string | undefined
  hook: string | undefined
  /** Unified diff of the redacted YAML; none for a Secret, and where the room is used up. */
  lines: string[]
  added: number
  removed: number
  /** Why there are no lines, or how many are missing; empty where all is shown. */
  left: string
}

export interface DiffRoom {
  /** Lines for one object. */
  perObject: number
  /** Characters for all objects together. */
  total: number
}

export const usualRoom: DiffRoom = { perObject: 120, total: 60_000 }

const order = [
  'CustomResourceDefinition',
  'Namespace',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'Service',
  'Ingress',
]

/**
 * The changes, grouped by kind, those that matter most first. Once the room is used up, objects are still named, but no more
 * parsed: that keeps a change of thousands of objects cheap.
 */
export function diffOf(changes: ObjectChange[], namespace: string, room: DiffRoom = usualRoom): ResourceDiff[] {
  const rank = (change: ObjectChange): number =>
    (order.indexOf(resourceOf(change).kind) + order.length + 1) % (order.length + 1)
  const sorted = changes.toSorted((a, b) => rank(a) - rank(b) || byName(resourceOf(a), resourceOf(b)))
  let used = 0
  return sorted.map((change) => {
    const diff = oneDiff(change, namespace, used < room.total ? room.perObject : undefined)
    used += diff.lines.reduce((sum, line) => sum + line.length + 1, 0)
    return diff
  })
}

const byName = (a: Resource, b: Resource): number =>
  a.kind === b.kind ? (a.name < b.name ? -1 : 1) : a.kind < b.kind ? -1 : 1

function oneDiff(change: ObjectChange, namespace: string, limit: number | undefined): ResourceDiff {
  const resource = resourceOf(change)
  const head = {
    kind: change.kind,
    of: resource.kind,
    object: changedObjectName(resource, namespace),
    source: resource.source,
    hook: resource.hook,
  }
  const silent = (left: string): ResourceDiff => ({ ...head, lines: [], added: 0, removed: 0, left })
  if (resource.kind === 'Secret') return silent(`${change.kind}; Secrets are never shown`)
  if (limit === undefined) return silent('not shown: the page is full')
  const [before, after] = [change.before?.object(), change.after?.object()]
  if ((change.before && before === undefined) || (change.after && after === undefined)) {
    return silent('it is not valid YAML')
  }
  if (change.kind === 'changed' && isDeepStrictEqual(before, after))
    return silent('only comments or the order of keys changed')
  const hide = valueRedactor()
  const text = (object: unknown): string => (object === undefined ? '' : writeYaml(redactValue(object, hide)))
  const { lines, added, removed, left } = lineDiff(text(before), text(after), limit)
  return { ...head, lines, added, removed, left: left === 0 ? '' : `${left} more lines` }
}
