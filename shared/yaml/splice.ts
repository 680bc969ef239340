import { isAlias, isScalar, parseDocument, type Scalar, visit } from 'yaml'
import { UserError } from '../foundation/errors.js'
import { readSource, type YamlSource } from './documents.js'
import { type Path, showPath } from './path.js'
import { findScalar, textOf } from './scalar.js'

export { parsePath } from './path.js'
export { type FoundScalar, readScalar } from './scalar.js'

/**
 * The text with the scalar at `path` replaced by `value`, and no other byte changed.
 *
 * The quotes stay as they are where `value` allows it; a plain value that would mean something else than this text
 * (`1.10`, `12e4567`, `true`) gets double quotes. An anchor stays with its value, so its aliases follow it.
 *
 * @throws UserError `target-missing` where no value is at `path`, or where an alias stands for it.
 */
export function spliceScalar(text: string, path: Path, value: string, file?: string): string {
  const before = readSource(text, file)
  const scalar = findScalar(before, path)
  if (textOf(scalar) === value) return text

  const [start, end] = scalar.range
  for (const written of spellings(scalar, text.slice(start, end), value)) {
    const after = text.slice(0, start) + written + text.slice(end)
    if (changesOnly(before, scalar, after, path, value)) return after
  }
  throw new UserError(
    'target-missing',
    `${showPath(path)} in ${before.file} cannot be replaced in place by ${JSON.stringify(value)}.`,
    {
      fix: 'Write the current value on one line, as plain or quoted text.',
      at: before.place(start),
    },
  )
}

/** Ways to write `value`, the one nearest to how the scalar is written now first. */
function spellings(scalar: Scalar.Parsed, written: string, value: string): string[] {
  const double = JSON.stringify(value)
  const single = `'${value.replaceAll("'", "''")}'`
  switch (scalar.type) {
    case 'QUOTE_SINGLE':
      return [single, double]
    case 'QUOTE_DOUBLE':
      return [double]
    case 'BLOCK_LITERAL':
    case 'BLOCK_FOLDED':
      return inBlock(written, value)
    default:
      return staysText(value) ? [value, double] : [double]
  }
}

/** A block scalar of one line keeps its header, comment, indentation and line ends. */
function inBlock(written: string, value: string): string[] {
  const [, before, after] = /^([^\n]*\n[^\S\r\n]*)[^\r\n]*(\s*)$/.exec(written) ?? []
  return before === undefined ? [] : [`${before}${value.replace(/\n$/, '')}${after ?? ''}`]
}

// Helm's parser still follows YAML 1.1 in part, where `on`, `1_0` and `12:30` are no texts either.
const staysText = (value: string): boolean =>
  (['1.1', '1.2'] as const).every(
    (version) => parseDocument(value, { version, logLevel: 'silent' }).contents?.toJSON() === value,
  )

/** Proof of a splice: the file still parses, `path` is exactly `value`, and nothing else is another value, alias or tag. */
function changesOnly(before: YamlSource, old: Scalar.Parsed, text: string, path: Path, value: string): boolean {
  try {
    const after = readSource(text, before.file)
    const scalar = findScalar(after, path)
    return textOf(scalar) === value && sameList(leaves(before, old), leaves(after, scalar))
  } catch (error) {
    if (error instanceof UserError) return false
    throw error
  }
}

const sameList = (a: string[], b: string[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index])

/** Everything that carries meaning, in the order of the file, with `changing` left out of the comparison. */
function leaves(source: YamlSource, changing: Scalar.Parsed): string[] {
  const found: string[] = []
  for (const document of source.documents) {
    found.push(`--- ${document.commentBefore ?? ''} ${document.comment ?? ''}`)
    visit(document, {
      Node(_, node) {
        const kind = isAlias(node)
          ? `*${node.source}`
          : isScalar(node) && node !== changing
            ? `${typeof node.value} ${textOf(node as Scalar.Parsed)}`
            : node.constructor.name
        const anchor = 'anchor' in node ? node.anchor : undefined
        found.push([kind, anchor, node === changing ? '' : node.tag, node.commentBefore, node.comment].join(' '))
      },
    })
  }
  return found
}
