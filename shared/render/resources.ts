import { getList, getPath, getText, isFields, readYaml, writeYaml } from '../yaml/get-path.js'
import { documentsIn } from './documents.js'
import { type Header, headerOf } from './header.js'

/** One Kubernetes object that a chart renders. */
export interface Resource extends Header {
  /** Same for the same object on both sides: API group (without version), kind, namespace and name. */
  key: string
  /** The template it comes from. */
  source: string | undefined
  /** As it was rendered; a view that holds good until something else is rendered into the same sheet, like all below. */
  bytes: Buffer
  text(): string
  /** The object, parsed when first asked for; undefined where it is not YAML. */
  object(): unknown
}

export interface Rendering {
  /** By key, in the order of the rendering. */
  resources: Map<string, Resource>
  /** Keys of objects that are rendered more than once; the last one counts. */
  duplicates: string[]
  /** Templates that render something without kind or name. */
  unknown: string[]
}

/**
 * What a chart renders, by identity. Documents are parsed only where their head is unusual, since most of them will turn out
 * to be the same on both sides.
 *
 * @param namespace of the release: what an object without one means.
 */
export function resourcesIn(rendered: Buffer, namespace: string): Rendering {
  const rendering: Rendering = { resources: new Map(), duplicates: [], unknown: [] }
  for (const { bytes, text, source } of documentsIn(rendered)) {
    const found = headerOf(text)
    if (!found) rendering.unknown.push(source ?? 'a document without a template')
    else if (found.kind.endsWith('List') && isList(text)) addItems(rendering, text, source, namespace)
    else add(rendering, found, bytes, source, namespace)
  }
  return rendering
}

export const apiGroupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''

function add(rendering: Rendering, header: Header, bytes: Buffer, source: string | undefined, namespace: string): void {
  const own = header.namespace ?? namespace
  const key = [apiGroupOf(header.apiVersion), header.kind, own, header.name].join('|')
  const { resources, duplicates } = rendering
  if (resources.has(key) && !duplicates.includes(key)) duplicates.push(key)
  const text = (): string => bytes.toString()
  // V8 keeps a whole text in memory for the sake of a word that was cut out of it; a copy lets go of it.
  const words = structuredClone({ ...header, source })
  resources.set(key, { ...words, namespace: own, key, bytes, text, object: once(() => readYaml(text())) })
}

const isList = (text: string): boolean => /^items:/m.test(text) && Array.isArray(getPath(readYaml(text), 'items'))

function addItems(rendering: Rendering, text: string, source: string | undefined, namespace: string): void {
  for (const item of getList(readYaml(text), 'items')) {
    const [apiVersion, kind, name] = [
      getText(item, 'apiVersion'),
      getText(item, 'kind'),
      getText(item, 'metadata', 'name'),
    ]
    if (!isFields(item) || !apiVersion || !kind || !name) {
      rendering.unknown.push(source ?? 'a list without a template')
      continue
    }
    const hook = getText(item, 'metadata', 'annotations', 'helm.sh/hook')
    const header = { apiVersion, kind, name, namespace: getText(item, 'metadata', 'namespace'), hook }
    add(rendering, header, Buffer.from(writeYaml(item)), source, namespace)
  }
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
