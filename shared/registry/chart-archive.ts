import { gunzipSync } from 'node:zlib'
import { type ParsedTarFileItem, parseTar } from 'nanotar'
import { parse } from 'yaml'
import { z } from 'zod'
import { sha256 } from '../foundation/digest.js'
import { UserError } from '../foundation/errors.js'
import { type DefaultImage, imagesIn } from './images.js'

/** What is inside a packaged chart, as far as it matters for a bump. */
export interface ArchivedChart {
  name: string
  version: string
  /** Version of every chart inside and of every dependency asked for: `jupyterhub` -> `3.3.7`, `a/b` for a chart in a chart. */
  nested: Map<string, string>
  /** sha256 of every file that defines CRDs, by path. */
  crds: Map<string, string>
  /** The images of the default values, by chart and path: `hub.image`, `web/server.image` for a chart inside. */
  images: Map<string, DefaultImage>
  /** sha256 of every values.schema.json, by path. */
  schemas: Map<string, string>
}

const unpackedLimit = 128 * 1024 * 1024
const depthLimit = 4

const metadata = z.object({
  name: z.string(),
  version: z.coerce.string(),
  dependencies: z
    .array(z.object({ name: z.string(), version: z.coerce.string().optional(), repository: z.string().optional() }))
    .nullish(),
})

/**
 * Reads a chart's `.tgz`. Nothing is written anywhere, so names with `..` do no harm.
 *
 * @throws UserError `registry-unreachable` where these bytes are no chart.
 */
export function readChart(archive: Uint8Array, what = 'The chart'): ArchivedChart {
  return readArchive(archive, what, 0)
}

function readArchive(archive: Uint8Array, what: string, depth: number): ArchivedChart {
  if (depth > depthLimit) throw noChart(what, `charts are nested more than ${depthLimit} levels deep`)
  const files = unpack(archive, what)
  const rootFile = [...files.keys()].filter((path) => /^[^/]+\/Chart\.yaml$/.test(path))
  const [only] = rootFile
  if (only === undefined || rootFile.length > 1) throw noChart(what, 'it does not have exactly one Chart.yaml')
  const root = only.slice(0, -'Chart.yaml'.length)
  const { name, version } = metadataOf(files, only, what)

  const chart: ArchivedChart = {
    name,
    version,
    nested: new Map(),
    crds: new Map(),
    images: new Map(),
    schemas: new Map(),
  }
  for (const [path, data] of files) {
    if (!path.startsWith(root)) continue
    addFile(chart, path.slice(root.length), data, files, path, what, depth)
  }
  return chart
}

function addFile(
  chart: ArchivedChart,
  path: string,
  data: Uint8Array,
  files: Map<string, Uint8Array>,
  whole: string,
  what: string,
  depth: number,
): void {
  // `charts/a/charts/b/` is the chart b inside a; its own directories mean what they mean at the top.
  const [, inside = '', file = path] = /^((?:charts\/[^/]+\/)*)(.*)$/.exec(path) ?? []
  const owner = inside.replaceAll('charts/', '')
  if (file === 'Chart.yaml') {
    const { version, dependencies } = metadataOf(files, whole, what)
    if (owner !== '') chart.nested.set(owner.slice(0, -1), version)
    for (const wanted of dependencies ?? []) {
      chart.nested.set(
        `${owner}${wanted.name} (declared)`,
        `${wanted.version ?? '*'} ${wanted.repository ?? ''}`.trim(),
      )
    }
  }
  if (file === 'values.yaml') {
    for (const [at, image] of imagesIn(yamlOf(data, whole, what))) chart.images.set(`${owner}${at}`, image)
  }
  if (file === 'values.schema.json') chart.schemas.set(path, sha256(data))
  if (file.startsWith('crds/') || definesCrd(file, data)) chart.crds.set(path, sha256(data))
  if (/^charts\/[^/]+\.tgz$/.test(file)) {
    const packed = readArchive(data, `${what}'s ${path}`, depth + 1)
    const prefix = `${owner}${packed.name}`
    chart.nested.set(prefix, packed.version)
    for (const [name, version] of packed.nested) chart.nested.set(`${prefix}/${name}`, version)
    for (const [crd, digest] of packed.crds) chart.crds.set(`${path}/${crd}`, digest)
    for (const [at, image] of packed.images) chart.images.set(`${prefix}/${at}`, image)
    for (const [schema, digest] of packed.schemas) chart.schemas.set(`${path}/${schema}`, digest)
  }
}

const definesCrd = (file: string, data: Uint8Array): boolean =>
  file.startsWith('templates/') && /^kind:\s*["']?CustomResourceDefinition\b/m.test(Buffer.from(data).toString('utf8'))

function unpack(archive: Uint8Array, what: string): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  for (const { name, type, data } of entriesOf(archive, what)) {
    if (type !== 'file' || data === undefined) continue
    const path = name.replace(/^(\.\/)+/, '')
    // Of two files of one name, this could judge the one and Helm install the other.
    if (files.has(path)) throw noChart(what, `it contains ${JSON.stringify(path)} twice`)
    files.set(path, data)
  }
  return files
}

function entriesOf(archive: Uint8Array, what: string): ParsedTarFileItem[] {
  try {
    return parseTar(gunzipSync(archive, { maxOutputLength: unpackedLimit })) as ParsedTarFileItem[]
  } catch (error) {
    throw noChart(what, 'it is not a .tgz, or it is too large', error)
  }
}

function metadataOf(files: Map<string, Uint8Array>, path: string, what: string): z.infer<typeof metadata> {
  const parsed = metadata.safeParse(yamlOf(files.get(path) ?? new Uint8Array(), path, what))
  if (!parsed.success) throw noChart(what, `its ${path} has no name or version`)
  return parsed.data
}

function yamlOf(data: Uint8Array, path: string, what: string): unknown {
  try {
    return parse(Buffer.from(data).toString('utf8'), { logLevel: 'error', maxAliasCount: 100 })
  } catch (error) {
    throw noChart(what, `its ${path} is not valid YAML`, error)
  }
}

const noChart = (what: string, why: string, cause?: unknown): UserError =>
  new UserError('registry-unreachable', `${what} is not a readable chart: ${why}.`, {
    fix: 'Publish it again with "helm package", under a new version.',
    cause,
  })
