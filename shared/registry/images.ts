import { registryOf } from './image-name.js'

export interface DefaultImage {
  /** The host that it is pulled from. */
  registry: string
  /** As far as it is written: name and tag. */
  reference: string
}

/**
 * The images that a chart's default values name, by their path in the values, as far as the common spellings tell:
 * `image: HOST/NAME:TAG`, `image: {name|repository: ..., tag: ...}`, with `registry:` beside it or not.
 */
export function imagesIn(values: unknown): Map<string, DefaultImage> {
  const found = new Map<string, DefaultImage>()
  visit(values, [], found)
  return found
}

function visit(node: unknown, path: string[], found: Map<string, DefaultImage>): void {
  if (typeof node !== 'object' || node === null || path.length > 50) return
  const map = node as Record<string, unknown>
  for (const [key, value] of Object.entries(map)) {
    const here = [...path, key]
    if (/image$/i.test(key) && typeof value === 'string' && value !== '')
      found.set(here.join('.'), { registry: registryOf(value), reference: value })
    visit(value, here, found)
  }
  const name = [map.repository, map.name].find((value) => typeof value === 'string' && value !== '') as
    | string
    | undefined
  const registry = typeof map.registry === 'string' && map.registry !== '' ? map.registry : undefined
  if (registry === undefined && (name === undefined || !('tag' in map))) return
  const written = [registry, name].filter((part) => part !== undefined).join('/')
  const tag = typeof map.tag === 'string' || typeof map.tag === 'number' ? `:${map.tag}` : ''
  found.set(path.join('.'), { registry: registry ?? registryOf(written), reference: `${written}${tag}` })
}
