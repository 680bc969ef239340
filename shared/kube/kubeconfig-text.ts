import { isAlias, isMap, isScalar, isSeq, type Node, type ParsedNode, parseAllDocuments } from 'yaml'
import { parseJson } from '../foundation/parse-json.js'

/** A kubeconfig's data in which every scalar is the text that was written: a number keeps all its digits. */
export type KubeconfigText = string | KubeconfigText[] | { [key: string]: KubeconfigText } | undefined

/** More of them than this make a small file a huge one. */
const mostAliases = 200

/**
 * What is written in a kubeconfig, in YAML (all documents, and both of a key that occurs twice, as a list) or in JSON.
 *
 * @returns the data, and whether the text was wrong: then parts of it may be missing.
 */
export function writtenIn(content: string): { data: KubeconfigText[]; wrong: boolean } {
  if (parseJson(content) !== undefined) return { data: [parseJson(quoted(content)) as KubeconfigText], wrong: false }
  const documents = parseAllDocuments<ParsedNode>(content, { logLevel: 'silent', uniqueKeys: false })
  if (!Array.isArray(documents)) return { data: [], wrong: false }
  let aliases = 0
  const data = documents.map((document) => {
    const written = (node: unknown): KubeconfigText => {
      if (isAlias(node)) {
        aliases += 1
        return aliases > mostAliases ? undefined : written(node.resolve(document))
      }
      if (isScalar(node)) return textOf(node.value, node.source)
      if (isSeq(node)) return node.items.map(written)
      if (!isMap(node)) return undefined
      const entries = new Map<string, KubeconfigText>()
      for (const { key, value } of node.items) {
        const name = isScalar(key) ? String(key.value) : ''
        const before = entries.get(name)
        entries.set(name, before === undefined ? written(value as Node) : [before, written(value as Node)])
      }
      return Object.fromEntries(entries)
    }
    return written(document.contents)
  })
  return { data, wrong: documents.some(({ errors }) => errors.length > 0) }
}

/** Nothing and `~` are no text, the word `null` may be meant as one. */
const textOf = (value: unknown, source: string | undefined): string | undefined =>
  value === null && (source === undefined || source === '~' || source === '') ? undefined : (source ?? String(value))

/** JSON with its numbers and words as strings; `null` stays. */
const quoted = (json: string): string =>
  json.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  )
