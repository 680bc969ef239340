/** A place in a YAML document: keys of maps, numbers for items of lists. */
export type Path = (string | number)[]

/** `a.b.0` as `['a', 'b', 0]`. A dot inside a key is written `\.`, as in Helm's `--set`. */
export function parsePath(text: string): Path {
  const keys = text.match(/(?:\\.|[^.\\])+/g) ?? []
  return keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key.replace(/\\(.)/g, '$1')))
}

/** The inverse of `parsePath`, for messages. */
export const showPath = (path: Path): string =>
  path.map((key) => String(key).replace(/[.\\]/g, (special) => `\\${special}`)).join('.')
