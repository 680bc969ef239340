import { registryOf } from './image-name.js'

/**
 * The hosts that a chart's default values take images from, as far as the common spellings tell: `image: HOST/NAME:TAG`,
 * `image: {name|repository: ...}`, with `registry:` beside it or not.
 */
export function imageRegistries(values: unknown): Set<string> {
  const found = new Set<string>()
  visit(values, found, 0)
  return found
}

function visit(node: unknown, found: Set<string>, depth: number): void {
  if (typeof node !== 'object' || node === null || depth > 50) return
  const map = node as Record<string, unknown>
  for (const [key, value] of Object.entries(map)) {
    if (/image$/i.test(key) && typeof value === 'string' && value !== '') found.add(registryOf(value))
    visit(value, found, depth + 1)
  }
  const name = [map.repository, map.name].find((value) => typeof value === 'string' && value !== '')
  if (typeof map.registry === 'string' && map.registry !== '') found.add(map.registry)
  else if (typeof name === 'string' && 'tag' in map) found.add(registryOf(name))
}
