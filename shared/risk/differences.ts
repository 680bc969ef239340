import { isFields } from '../yaml/get-path.js'

/** A value that differs; a side is undefined where there is none. Lists are compared as a whole. */
export interface ValueDifference {
  keys: readonly string[]
  before: unknown
  after: unknown
}

/** Every value that differs between two documents, in the order of the first. */
export function valueDifferences(before: unknown, after: unknown, keys: readonly string[] = []): ValueDifference[] {
  const [old, fresh] = [before, after].map((side) => (isFields(side) ? side : undefined))
  const names = [...new Set([old, fresh].flatMap((fields) => Object.keys(fields ?? {})))]
  const inside = names.flatMap((name) => valueDifferences(valueAt(old, name), valueAt(fresh, name), [...keys, name]))
  if (old && fresh) return inside
  // A map that comes or goes is told about by its values; an empty one is a value itself.
  const [one, other] = old ? [old, after] : [fresh, before]
  if (one && Object.keys(one).length > 0) return other === undefined ? inside : [...inside, { keys, before, after }]
  return isSame(before, after) ? [] : [{ keys, before, after }]
}

const valueAt = (fields: Record<string, unknown> | undefined, name: string): unknown =>
  fields && Object.hasOwn(fields, name) ? fields[name] : undefined

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)
