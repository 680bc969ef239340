import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createTar } from 'nanotar'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mayCarryCrds } from '../../../../shared/helm/may-carry-crds.js'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lockstep-crds-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const packed = (...names: string[]): Uint8Array => gzipSync(createTar(names.map((name) => ({ name, data: 'a: 1\n' }))))

async function chart(files: Record<string, string | Uint8Array>): Promise<string> {
  const at = await mkdtemp(join(dir, 'chart-'))
  for (const [path, data] of Object.entries({ 'Chart.yaml': 'name: c\n', ...files })) {
    await mkdir(dirname(join(at, path)), { recursive: true })
    await writeFile(join(at, path), data)
  }
  return at
}

test.each<[string, Record<string, string | Uint8Array>, boolean]>([
  ['nothing but templates', { 'templates/a.yaml': '' }, false],
  ['a packed dependency with templates', { 'charts/dep-1.tgz': packed('dep/templates/a.yaml') }, false],
  ['its own crds/', { 'crds/a.yaml': '' }, true],
  ['those of a chart inside', { 'charts/dep/crds/a.yaml': '' }, true],
  ['those of a packed dependency', { 'charts/dep-1.tgz': packed('dep/Chart.yaml', 'dep/crds/a.yaml') }, true],
  ['those of a chart in a dependency', { 'charts/dep-1.tgz': packed('dep/charts/a/crds/a.yaml') }, true],
  ['an archive in an archive', { 'charts/dep-1.tgz': packed('dep/charts/a-1.tgz') }, true],
  ['an archive that cannot be read', { 'charts/dep-1.tgz': 'no gzip' }, true],
])('%s', async (_, files, may) => {
  expect(await mayCarryCrds(await chart(files))).toBe(may)
})

test('a path too long for a name in an archive is seen all the same', async () => {
  // Where a name has more than 100 bytes, tar keeps its beginning elsewhere: this is as GNU tar and Go write it.
  const block = Buffer.alloc(512)
  block.write(`${'a'.repeat(90)}.yaml`, 0)
  block.write('ustar\u000000', 257)
  block.write('dep/charts/b/crds', 345)
  expect(await mayCarryCrds(await chart({ 'charts/dep-1.tgz': gzipSync(block) }))).toBe(true)
})

test('what a link leads to is left to Helm', async () => {
  const at = await chart({})
  await symlink(dir, join(at, 'elsewhere'))
  expect(await mayCarryCrds(at)).toBe(true)
})
