import { getPath } from '../yaml/get-path.js'
import type { Rendering, Resource } from './resources.js'

/** One object that is not the same on both sides. */
export type ObjectChange =
  | { kind: 'added'; before?: undefined; after: Resource }
  | { kind: 'removed'; before: Resource; after?: undefined }
  | { kind: 'changed'; before: Resource; after: Resource }

/** What differs, in the order of the new rendering, with what is gone at the end. Equal bytes are never parsed. */
export function changesBetween(base: Rendering, head: Rendering): ObjectChange[] {
  const changes: ObjectChange[] = []
  for (const after of head.resources.values()) {
    const before = base.resources.get(after.key)
    if (!before) changes.push({ kind: 'added', after })
    else if (!before.bytes.equals(after.bytes)) changes.push({ kind: 'changed', before, after })
  }
  for (const before of base.resources.values()) {
    if (!head.resources.has(before.key)) changes.push({ kind: 'removed', before })
  }
  return changes
}

/** The object itself, as it is after the change, or was before it was removed. */
export const resourceOf = (change: ObjectChange): Resource => change.after ?? change.before

/** `Kind name`, with the namespace where it is not the release's. */
export const changedObjectName = ({ kind, name, namespace }: Resource, releaseNamespace: string): string =>
  `${kind} ${namespace === releaseNamespace ? '' : `${namespace}/`}${name}`

/** Helm leaves an object with this annotation alone when the chart stops to render it. */
export const isKept = (resource: Resource): boolean =>
  getPath(resource.object(), 'metadata', 'annotations', 'helm.sh/resource-policy') === 'keep'
