import { CORE_SCHEMA, dump, load, mergeTag } from 'js-yaml'

// Here megabytes are read, and nothing is edited: js-yaml is several times faster than the library that keeps positions.
const schema = CORE_SCHEMA.withTags(mergeTag)

/** A document as data; undefined where it is not YAML. A key that is given twice counts where it is given last, as for Helm. */
export function readYaml(text: string): unknown {
  try {
    return load(text, { schema, json: true, maxAliases: 1000 })
  } catch {
    return undefined
  }
}

/** Data as YAML, with sorted keys, so that only differences of content are differences of text. */
export const writeYaml = (value: unknown): string =>
  dump(value, { sortKeys: true, lineWidth: -1, noRefs: true, skipInvalid: true })

export type Fields = Record<string, unknown>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value at a path of keys; undefined where it leads nowhere. */
export const getPath = (value: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>((inside, key) => {
    if (Array.isArray(inside)) return typeof key === 'number' ? inside[key] : undefined
    return isFields(inside) && Object.hasOwn(inside, key) ? inside[String(key)] : undefined
  }, value)

/** The list at a path, empty where there is none. */
export function getList(value: unknown, ...path: (string | number)[]): unknown[] {
  const list = getPath(value, ...path)
  return Array.isArray(list) ? list : []
}

/** The text at a path; undefined where there is none, or another kind of value. */
export function getText(value: unknown, ...path: (string | number)[]): string | undefined {
  const text = getPath(value, ...path)
  return typeof text === 'string' ? text : undefined
}
