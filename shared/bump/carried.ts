import type { ArchivedChart } from '../registry/chart-archive.js'
import { escapeMarkdown, markdownCode } from '../report/markdown.js'

/** Something that a bump brings with it besides the component's own code. Names and versions are strangers' text. */
export interface CarriedChange {
  kind: keyof typeof titles
  /** Of a chart `a/b` is b inside a; of a file its path in the archive; of an image its path in the default values. */
  name: string
  /** Version, image or digest; undefined where there was, or is, none. */
  before: string | undefined
  after: string | undefined
}

const titles = {
  chart: 'chart',
  crds: 'custom resource definitions',
  registry: 'images from',
  image: 'image',
  schema: 'schema of the values',
} as const

/** Everything in the new chart that is another than in the old one, as far as it is not templates and plain values. */
export function carriedChanges(before: ArchivedChart, after: ArchivedChart): CarriedChange[] {
  const registries = (chart: ArchivedChart): Map<string, string> =>
    new Map([...chart.images.values()].map(({ registry }) => [registry, registry]))
  const images = (chart: ArchivedChart): Map<string, string> =>
    new Map([...chart.images].map(([path, { reference }]) => [path, reference]))
  return [
    ...differences('chart', before.nested, after.nested),
    ...differences('crds', before.crds, after.crds),
    ...differences('registry', registries(before), registries(after)).filter((one) => one.after !== undefined),
    ...differences('image', images(before), images(after)),
    ...differences('schema', before.schemas, after.schemas),
  ]
}

function differences(
  kind: CarriedChange['kind'],
  before: Map<string, string>,
  after: Map<string, string>,
): CarriedChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names
    .map((name) => ({ kind, name, before: before.get(name), after: after.get(name) }))
    .filter((one) => one.before !== one.after)
}

/** Infrastructure that nobody has reviewed upstream. New tags of the component's own images come with every bump. */
export const needsReview = ({ kind }: CarriedChange): boolean =>
  kind === 'chart' || kind === 'crds' || kind === 'registry'

/** One change in a few words, for the gate's check. */
export function carriedInWords({ kind, name, before, after }: CarriedChange): string {
  if (kind === 'registry') return `images from ${name}`
  if (kind === 'crds' || kind === 'schema') return `${titles[kind]} in ${name}`
  return `${kind} ${name}: ${before ?? 'none'} -> ${after ?? 'none'}`
}

const maxRows = 40

/** The changes as a Markdown table; empty where there is none. */
export function carriedTable(changes: readonly CarriedChange[]): string {
  if (changes.length === 0) return ''
  const rows = changes.slice(0, maxRows).map((one) => {
    const [before, after] = [one.before, one.after].map((value) => cell(one.kind, value))
    return `| ${titles[one.kind]} ${escapeMarkdown(one.name)} | ${before} | ${after} |${needsReview(one) ? ' infrastructure |' : ' |'}`
  })
  const more = changes.length - maxRows
  return [
    '| transitive change | before | after | |',
    '| --- | --- | --- | --- |',
    ...rows,
    ...(more > 0 ? [`| and ${more} more | | | |`] : []),
  ].join('\n')
}

function cell(kind: CarriedChange['kind'], value: string | undefined): string {
  if (value === undefined) return 'none'
  if (kind === 'registry') return 'used'
  return markdownCode(kind === 'crds' || kind === 'schema' ? value.slice(0, 12) : value)
}
