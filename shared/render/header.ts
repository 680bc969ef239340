import { getText, readYaml } from '../yaml/get-path.js'

/** What a document says about itself. */
export interface Header {
  apiVersion: string
  kind: string
  name: string
  /** Undefined where it names none. */
  namespace: string | undefined
  /** Events of a Helm hook, as the annotation has them. */
  hook: string | undefined
}

const plainValue = `[ \\t]+(?:"([^"\\\\]+)"|'([^']+)'|([\\w./-]+))[ \\t]*(?:#.*)?$`
const apiVersionLine = new RegExp(`^apiVersion:${plainValue}`, 'm')
const kindLine = new RegExp(`^kind:${plainValue}`, 'm')
const metadataBlock = /^metadata:[ \t]*(?:#.*)?\n((?:[ \t].*(?:\n|$)|[ \t]*(?:#.*)?\n)+)/m

/** The head of a document, read from its lines, or by parsing where they are written unusually. Undefined for no object. */
export function headerOf(text: string): Header | undefined {
  const quick = quickly(text)
  if (quick) return quick
  const object = readYaml(text)
  const [apiVersion, kind] = [getText(object, 'apiVersion'), getText(object, 'kind')]
  const name = getText(object, 'metadata', 'name') ?? ''
  if (!apiVersion || !kind || (!name && !kind.endsWith('List'))) return undefined
  const hook = getText(object, 'metadata', 'annotations', 'helm.sh/hook')
  return { apiVersion, kind, name, namespace: getText(object, 'metadata', 'namespace'), hook }
}

function quickly(text: string): Header | undefined {
  const [apiVersion, kind] = [valueIn(apiVersionLine, text), valueIn(kindLine, text)]
  const block = metadataBlock.exec(text)?.[1]
  if (!apiVersion || !kind || !block) return undefined
  // A second key of the same name, an anchor or a merge would need a parser to be understood.
  if (/^[ \t]*<<:|^[ \t]+\S+:[ \t]+[&*]/m.test(block)) return undefined
  const indent = /^([ \t]+)[^\s#]/m.exec(block)?.[1]
  if (indent === undefined) return undefined
  const own = (key: string): { given: boolean; value: string | undefined } => {
    const given = [...block.matchAll(new RegExp(`^${indent}["']?${key}["']?[ \\t]*:.*$`, 'gm'))]
    const line = given.length === 1 ? given[0]?.[0] : undefined
    return { given: given.length > 0, value: line && valueIn(new RegExp(`^${indent}${key}:${plainValue}`), line) }
  }
  const [name, namespace] = [own('name'), own('namespace')]
  if (name.value === undefined || (namespace.given && namespace.value === undefined)) return undefined
  if (!block.includes('helm.sh/hook'))
    return { apiVersion, kind, name: name.value, namespace: namespace.value, hook: undefined }
  // Only a parser tells an annotation from a text that looks like one.
  return undefined
}

function valueIn(pattern: RegExp, text: string): string | undefined {
  const found = pattern.exec(text)
  return found?.[1] ?? found?.[2] ?? found?.[3]
}
