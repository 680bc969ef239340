import type { Chart } from '../artifact/chart-archive.js'

/**
 * What a bump brings with it besides the component itself, in words: other versions of charts inside, CRDs, hosts that
 * images come from. Empty where there is none.
 */
export function carriedChanges(before: Chart, after: Chart): string[] {
  const names = [...new Set([...before.nested.keys(), ...after.nested.keys()])].sort()
  const nested = names
    .filter((name) => before.nested.get(name) !== after.nested.get(name))
    .map((name) => `chart ${name}: ${before.nested.get(name) ?? 'none'} -> ${after.nested.get(name) ?? 'none'}`)
  const paths = [...new Set([...before.crds.keys(), ...after.crds.keys()])].sort()
  const crds = paths
    .filter((path) => before.crds.get(path) !== after.crds.get(path))
    .map((path) => `custom resource definitions in ${path}`)
  const registries = [...after.registries]
    .filter((registry) => !before.registries.has(registry))
    .map((registry) => `images from ${registry}`)
  return [...nested, ...crds, ...registries]
}
