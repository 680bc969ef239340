import { isScalar, type ParsedNode, type Scalar } from 'yaml'
import { UserError } from '../foundation/errors.js'
import { readSource, type YamlSource } from './documents.js'
import { targetMissing } from './missing.js'
import { type Path, showPath } from './path.js'
import { walkYaml, type YamlWalk } from './walk.js'

/** A value as it is written in the file: a plain `1.10` is the text `1.10`, not the number. */
export interface FoundScalar {
  value: string
  line: number
  column: number
}

/**
 * The scalar at `path`, in the one document of the file that has it; undefined where there is none, where it is empty or
 * no scalar, or where an alias stands for it.
 *
 * @throws UserError `target-missing` where the text is not YAML, or where several documents have the path.
 */
export function readScalar(text: string, path: Path, file?: string): FoundScalar | undefined {
  const source = readSource(text, file)
  const found = lookUp(source, path)
  if (found.kind !== 'found' || !isWritten(found.node)) return undefined
  const { line, column } = source.place(found.node.range[0])
  return { value: textOf(found.node), line, column }
}

/**
 * The scalar node at `path`.
 *
 * @throws UserError `target-missing` that names the nearest existing key, its place and what is there instead.
 */
export function findScalar(source: YamlSource, path: Path): Scalar.Parsed {
  const found = lookUp(source, path)
  if (found.kind !== 'found' || !isWritten(found.node)) throw targetMissing(source, path, found)
  return found.node
}

/** The text of the scalar at `path`. @throws UserError `target-missing`, as `findScalar` does. */
export const findText = (text: string, path: Path, file: string): string =>
  textOf(findScalar(readSource(text, file), path))

/** The text that a scalar stands for, whatever its type. */
export const textOf = (scalar: Scalar.Parsed): string =>
  scalar.type === 'PLAIN' && scalar.source !== undefined ? scalar.source : String(scalar.value)

// `key:` and `key: null` hold no value that could be read or replaced.
const isWritten = (node: ParsedNode): node is Scalar.Parsed => isScalar(node) && node.value !== null

function lookUp(source: YamlSource, path: Path): YamlWalk {
  const walks = source.documents.map((_, index) => walkYaml(source, index, path))
  const [first, second] = walks.filter((found) => found.kind !== 'missing')
  if (first && second) {
    const at = source.place(second.place)
    throw new UserError('target-missing', `${showPath(path)} is in more than one document of ${source.file}.`, {
      fix: `Keep it in one of them: the first is at line ${source.place(first.place).line}, the second at line ${at.line}.`,
      at,
    })
  }
  // Of several documents that lack the path, the one that goes furthest tells best what is wrong.
  const depth = (found: YamlWalk): number => (found.kind === 'missing' ? found.depth : 0)
  const nearest = walks.toSorted((a, b) => depth(b) - depth(a))[0]
  return first ?? nearest ?? { kind: 'missing', depth: 0, at: undefined, place: 0 }
}
