import { type Alias, isAlias, isMap, isScalar, isSeq, type ParsedNode, type YAMLMap } from 'yaml'
import type { YamlSource } from './documents.js'
import type { Path } from './path.js'

/** How far a path leads: to a node, or to the node `at` that lacks the key `path[depth]`. */
export type YamlWalk =
  | { kind: 'found'; node: ParsedNode; place: number }
  | { kind: 'missing'; depth: number; at: ParsedNode | undefined; place: number }
  /** The rest of the path lies behind an alias (`*name`, or a merge `<<: *name`): it is written elsewhere. */
  | { kind: 'alias'; depth: number; alias: Alias.Parsed; anchor: number | undefined; place: number }

/** Follows `path` in one document. `place` is the offset of the last key that was found. */
export function walkYaml(source: YamlSource, index: number, path: Path): YamlWalk {
  const document = source.documents[index]
  let node: ParsedNode | undefined = document?.contents ?? undefined
  let place = node?.range[0] ?? 0
  const behind = (alias: Alias.Parsed, depth: number): YamlWalk => {
    const anchor = document && alias.resolve(document)?.range?.[0]
    return { kind: 'alias', depth, alias, anchor, place }
  }

  for (const [depth, key] of path.entries()) {
    if (isAlias(node)) return behind(node as Alias.Parsed, depth)
    const child = childOf(node, key)
    if (child) {
      node = child.value
      place = child.place
      continue
    }
    const merged = isMap(node) && document ? mergeThatHas(node, key, source, index) : undefined
    if (merged) return behind(merged, depth)
    return { kind: 'missing', depth, at: node, place }
  }
  if (isAlias(node)) return behind(node as Alias.Parsed, path.length)
  return node ? { kind: 'found', node, place } : { kind: 'missing', depth: path.length, at: undefined, place }
}

function childOf(node: ParsedNode | undefined, key: string | number): { value: ParsedNode; place: number } | undefined {
  if (isSeq(node)) {
    const item = typeof key === 'number' ? node.items[key] : undefined
    return item && 'range' in item ? { value: item as ParsedNode, place: item.range?.[0] ?? 0 } : undefined
  }
  if (!isMap(node)) return undefined
  const pair = node.items.find((item) => isScalar(item.key) && keyText(item.key) === String(key))
  const value = pair?.value as ParsedNode | null | undefined
  return pair && value ? { value, place: (pair.key as ParsedNode).range[0] } : undefined
}

/** The keys of a map as a path names them, for "did you mean". */
export const keysOf = (node: ParsedNode | undefined): string[] =>
  isMap(node) ? node.items.flatMap((item) => (isScalar(item.key) ? [keyText(item.key)] : [])) : []

// A plain key such as 1.10 or true is named as it is written, not as the number or boolean it stands for.
const keyText = (key: { value: unknown; source?: string }): string => key.source ?? String(key.value)

function mergeThatHas(map: YAMLMap, key: string | number, source: YamlSource, index: number): Alias.Parsed | undefined {
  const document = source.documents[index]
  const merge = map.items.find((item) => isScalar(item.key) && item.key.value === '<<')?.value
  const aliases = isSeq(merge) ? merge.items : [merge]
  return aliases.find((alias): alias is Alias.Parsed => {
    const target = isAlias(alias) && document ? alias.resolve(document) : undefined
    return isMap(target) && childOf(target as ParsedNode, key) !== undefined
  })
}
