import { type Document, LineCounter, type ParsedNode, parseAllDocuments } from 'yaml'
import { type FilePlace, UserError } from '../foundation/errors.js'

/** A YAML file as its bytes and what they mean; offsets of nodes are positions in `text`. */
export interface YamlSource {
  text: string
  /** Only for messages. */
  file: string
  documents: Document.Parsed<ParsedNode>[]
  /** What is not YAML in it; empty where all is well. */
  errors: { message: string; offset: number }[]
  /** Line and column of an offset. */
  place(offset: number): Required<FilePlace>
}

/** Of YAML; Helm's parser is nearer to 1.1, with merge keys and `on` for true. */
export type YamlVersion = '1.1' | '1.2'

/** @throws UserError `target-missing` where the text is not YAML, with the place of the first error. */
export function readSource(text: string, file = 'the file', version: YamlVersion = '1.2'): YamlSource {
  const source = parseSource(text, file, version)
  const [error] = source.errors
  if (!error) return source
  throw new UserError('target-missing', `${file} is not valid YAML: ${error.message}`, {
    fix: `Correct the YAML in ${file}.`,
    at: source.place(error.offset),
  })
}

/** The text as YAML, with its errors instead of throwing them. */
export function parseSource(text: string, file: string, version: YamlVersion = '1.2'): YamlSource {
  const lineCounter = new LineCounter()
  const hasMark = text.startsWith('\uFEFF')
  const place = (offset: number): Required<FilePlace> => {
    const { line, col } = lineCounter.linePos(offset)
    return { file, line: Math.max(1, line), column: Math.max(1, hasMark && line === 1 ? col - 1 : col) }
  }
  const options = { version, lineCounter, prettyErrors: false, logLevel: 'silent' } as const
  try {
    const parsed = parseAllDocuments(text, options)
    const documents = Array.isArray(parsed) ? parsed : []
    const errors = documents.flatMap((document) => document.errors)
    return { text, file, documents, place, errors: errors.map(({ message, pos }) => ({ message, offset: pos[0] })) }
  } catch (error) {
    // Nested thousands of levels deep, the parser's own recursion ends in a RangeError.
    const message = error instanceof Error ? error.message : String(error)
    return { text, file, documents: [], place, errors: [{ message, offset: 0 }] }
  }
}
