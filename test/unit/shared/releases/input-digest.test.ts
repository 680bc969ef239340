import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createTar } from 'nanotar'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inputDigest, type ReleaseInputs } from '../../../../shared/releases/input-digest.js'

let dir: string
let inputs: ReleaseInputs
let digest: string

const archive = (text: string, mtime: number): Uint8Array =>
  gzipSync(createTar([{ name: 'dep/values.yaml', data: text }], { attrs: { mtime } }))

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lockstep-digest-'))
  inputs = await make(join(dir, 'first'))
  digest = await inputDigest(inputs)
})
afterAll(() => rm(dir, { recursive: true, force: true }))

async function make(at: string): Promise<ReleaseInputs> {
  const chart = join(at, 'chart')
  await mkdir(join(chart, 'templates'), { recursive: true })
  await mkdir(join(chart, 'charts'))
  await writeFile(join(chart, 'Chart.yaml'), 'name: c\n')
  await writeFile(join(chart, 'Chart.lock'), 'generated: yesterday\n')
  await writeFile(join(chart, 'templates/a.yaml'), 'a\n')
  await writeFile(join(chart, 'charts/dep-1.tgz'), archive('x', 1))
  await writeFile(join(at, 'one.yaml'), 'a: 1\n')
  await writeFile(join(at, 'two.yaml'), 'b: 2\n')
  return {
    release: 'r',
    namespace: 'n',
    crds: 'skip',
    chart,
    values: [join(at, 'one.yaml'), join(at, 'two.yaml')],
  }
}

let copies = 0

/** The digest of a copy that was changed. */
async function changed(change: (at: string, copy: ReleaseInputs) => unknown): Promise<string> {
  const at = join(dir, `copy-${++copies}`)
  await cp(join(dir, 'first'), at, { recursive: true })
  const copy = { ...inputs, chart: join(at, 'chart'), values: [join(at, 'one.yaml'), join(at, 'two.yaml')] }
  await change(at, copy)
  return inputDigest(copy)
}

test.each<[string, (at: string, copy: ReleaseInputs) => unknown]>([
  ['another directory', () => {}],
  ["the lock file's date", (at) => writeFile(join(at, 'chart/Chart.lock'), 'generated: today\n')],
  ['the time inside a packed dependency', (at) => writeFile(join(at, 'chart/charts/dep-1.tgz'), archive('x', 99_000))],
])('%s changes nothing', async (_, change) => {
  expect(await changed(change)).toBe(digest)
})

test.each<[string, (at: string, copy: ReleaseInputs) => unknown]>([
  ['a byte of a template', (at) => writeFile(join(at, 'chart/templates/a.yaml'), 'b\n')],
  ['a file more', (at) => writeFile(join(at, 'chart/templates/b.yaml'), '')],
  ['a byte of a dependency', (at) => writeFile(join(at, 'chart/charts/dep-1.tgz'), archive('y', 1))],
  ['a byte of the values', (at) => writeFile(join(at, 'two.yaml'), 'b: 3\n')],
  ['the order of the values', (_, copy) => copy.values.reverse()],
  [
    'where one values file ends',
    async (at) => {
      await writeFile(join(at, 'one.yaml'), 'a: 1\nb: 2\n')
      await writeFile(join(at, 'two.yaml'), '')
    },
  ],
  ['the release', (_, copy) => Object.assign(copy, { release: 's' })],
  ['the namespace', (_, copy) => Object.assign(copy, { namespace: 'm' })],
  ['the CRD policy', (_, copy) => Object.assign(copy, { crds: 'create' })],
])('%s changes the digest', async (_, change) => {
  expect(await changed(change)).not.toBe(digest)
})
