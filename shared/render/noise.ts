import { isDeepStrictEqual } from 'node:util'
import { getPath, isFields } from '../yaml/get-path.js'
import type { ObjectChange } from './changes.js'
import type { Rendering, Resource } from './resources.js'

type Path = (string | number)[]

/**
 * Whether anything here may be random: charts make passwords where none is given, and put checksums of them on pods. Then it
 * pays to render the same inputs a second time.
 */
export const mayBeRandom = (changes: ObjectChange[]): boolean =>
  changes.some(({ kind, after }) => kind === 'changed' && after.kind === 'Secret')

/**
 * Changes without what the chart makes anew each time: fields that differ between two renderings of the same inputs say
 * nothing about what is deployed, where Helm can look the old value up. Returns also the keys of objects with such fields.
 */
export function withoutNoise(
  changes: ObjectChange[],
  head: Rendering,
  again: Rendering,
): { changes: ObjectChange[]; random: string[] } {
  const random: string[] = []
  const left = changes.flatMap((change): ObjectChange[] => {
    if (change.kind !== 'changed') return [change]
    const twin = again.resources.get(change.after.key)
    const own = head.resources.get(change.after.key)
    if (!twin || !own || twin.bytes.equals(own.bytes)) return [change]
    const noisy = differingPaths(own.object(), twin.object())
    random.push(change.after.key)
    const after = noisy.reduce(
      (object, path) => withValue(object, path, getPath(change.before.object(), ...path)),
      change.after.object(),
    )
    return isDeepStrictEqual(after, change.before.object())
      ? []
      : [{ ...change, after: withObject(change.after, after) }]
  })
  return { changes: left, random }
}

const withObject = (resource: Resource, object: unknown): Resource => ({ ...resource, object: () => object })

/** Where two values differ, as deep as both have the same structure. */
function differingPaths(one: unknown, other: unknown, path: Path = []): Path[] {
  if (isDeepStrictEqual(one, other)) return []
  if (isFields(one) && isFields(other)) {
    return Object.keys(one).flatMap((key) => differingPaths(one[key], other[key], [...path, key]))
  }
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length) {
    return one.flatMap((item, index) => differingPaths(item, other[index], [...path, index]))
  }
  return [path]
}

function withValue(object: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (Array.isArray(object)) return object.map((item, index) => (index === key ? withValue(item, rest, value) : item))
  return isFields(object) ? { ...object, [key]: withValue(object[String(key)], rest, value) } : object
}
