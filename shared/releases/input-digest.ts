import { createHash, type Hash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parseTar } from 'nanotar'

/** Everything that decides what Helm makes of a release. */
export interface ReleaseInputs {
  release: string
  namespace: string
  crds: string
  /** The chart's directory, dependencies fetched. */
  chart: string
  /** Absolute paths of the values files, in Helm's order. */
  values: string[]
}

/** sha256 (hex) that changes with any byte of chart, dependencies or values, and with their order; with nothing else. */
export async function inputDigest({ release, namespace, crds, chart, values }: ReleaseInputs): Promise<string> {
  const hash = createHash('sha256')
  for (const text of [release, namespace, crds]) add(hash, Buffer.from(text))
  for (const file of await filesOf(chart)) {
    add(hash, Buffer.from(relative(chart, file)))
    add(hash, await contentOf(file))
  }
  for (const file of values) add(hash, await readFile(file))
  return hash.digest('hex')
}

/** The length goes first, so that no two lists of texts run together into the same bytes. */
function add(hash: Hash, bytes: Uint8Array): void {
  hash.update(`${bytes.length}:`).update(bytes)
}

async function filesOf(chart: string): Promise<string[]> {
  const entries = await readdir(chart, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/^(Chart|requirements)\.lock$/.test(relative(chart, file)))
    .toSorted()
}

/** Helm packs a `file://` dependency anew each time, with the time in it: what counts is what an archive holds. */
async function contentOf(file: string): Promise<Uint8Array> {
  const bytes = await readFile(file)
  if (!file.endsWith('.tgz')) return bytes
  const hash = createHash('sha256')
  const entries = parseTar(gunzipSync(bytes)).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  for (const { name, data } of entries) {
    add(hash, Buffer.from(name))
    add(hash, data ?? new Uint8Array())
  }
  return hash.digest()
}
