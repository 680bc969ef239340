import { isMap, isScalar, isSeq, type ParsedNode } from 'yaml'
import { UserError } from '../foundation/errors.js'
import { didYouMean } from './did-you-mean.js'
import type { YamlSource } from './documents.js'
import { type Path, showPath } from './path.js'
import { keysOf, type YamlWalk } from './walk.js'

/** The error for a path that leads to no scalar: how far it leads, and what is there instead. */
export function targetMissing(source: YamlSource, path: Path, found: YamlWalk): UserError {
  const whole = showPath(path)
  const at = source.place(found.place)
  const error = (message: string, fix: string): UserError =>
    new UserError('target-missing', `${whole} ${message}`, { fix, at })

  if (found.kind === 'alias') {
    const name = `*${found.alias.source}`
    const where = found.anchor === undefined ? '' : ` at line ${source.place(found.anchor).line}`
    return error(
      `in ${source.file} is an alias: ${name} refers to the anchor &${found.alias.source}${where}.`,
      'Use the path of the anchor instead, or replace the alias with its value.',
    )
  }
  if (found.kind === 'found') {
    if (isScalar(found.node)) return error(`in ${source.file} is empty.`, 'Write the current version there first.')
    return error(`in ${source.file} is a ${shapeOf(found.node)}, not a single value.`, insideOf(found.node, whole))
  }
  const reached = showPath(path.slice(0, found.depth))
  const key = String(path[found.depth] ?? '')
  const parent = reached === '' ? 'the file' : reached
  return error(
    `does not exist in ${source.file}: ${parent} ${lacks(found.at, key)}.`,
    didYouMean(key, keysOf(found.at)) ?? `Correct the path, or add it to ${source.file}.`,
  )
}

function lacks(node: ParsedNode | undefined, key: string): string {
  if (isMap(node)) return `has no key "${key}"`
  if (isSeq(node)) return `is a list of ${node.items.length}, and has no item ${key}`
  return node === undefined || (isScalar(node) && node.value === null)
    ? 'is empty'
    : `is a single value, without "${key}"`
}

const shapeOf = (node: ParsedNode): string => (isSeq(node) ? 'list' : 'map')

function insideOf(node: ParsedNode, path: string): string {
  const [first] = isSeq(node) ? ['0'] : keysOf(node)
  return first === undefined
    ? 'Use the path of a single value.'
    : `Use the path of a single value inside it, such as ${path}.${first}.`
}
