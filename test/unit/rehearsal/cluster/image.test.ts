import { createHash } from 'node:crypto'
import { parseTar } from 'nanotar'
import { expect, test } from 'vitest'
import { imageTar } from '../../../../rehearsal/cluster/image.js'

const options = {
  name: 'registry.test/web:1',
  files: { '/bin/web': Buffer.from('program'), '/www/index.html': { content: 'hello', mode: 0o644 }, '/empty': '' },
  entrypoint: ['/bin/web', '--port', '80'],
  env: { COLOR: 'blue' },
}

const contents = (tar: Uint8Array) => new Map(parseTar(tar.slice().buffer).map((file) => [file.name, file]))
const sha256 = (data: Uint8Array | undefined): string =>
  createHash('sha256')
    .update(data ?? '')
    .digest('hex')

test('manifest, configuration and layer name each other by what they hold', () => {
  const image = contents(imageTar(options))
  const [manifest] = JSON.parse(image.get('manifest.json')?.text ?? '')
  expect(manifest.RepoTags).toEqual([options.name])
  expect(manifest.Config).toBe(`${sha256(image.get(manifest.Config)?.data)}.json`)

  const config = JSON.parse(image.get(manifest.Config)?.text ?? '')
  expect(config.rootfs.diff_ids).toEqual([`sha256:${sha256(image.get(manifest.Layers[0])?.data)}`])
  expect(config.config).toEqual({ Entrypoint: options.entrypoint, Env: ['PATH=/bin', 'COLOR=blue'] })
})

test('the layer holds the files with their modes, and a /tmp for everybody', () => {
  const image = contents(imageTar(options))
  const [manifest] = JSON.parse(image.get('manifest.json')?.text ?? '')
  const layer = contents(image.get(manifest.Layers[0])?.data ?? new Uint8Array())
  const modes = [...layer].map(([name, file]) => [
    name,
    file.type,
    Number.parseInt(file.attrs?.mode ?? '', 8).toString(8),
  ])
  expect(modes).toEqual([
    ['tmp/', 'directory', '1777'],
    ['etc/', 'directory', '755'],
    ['bin/web', 'file', '755'],
    ['www/index.html', 'file', '644'],
    ['empty', 'file', '755'],
  ])
  expect(layer.get('www/index.html')?.text).toBe('hello')
})

test('the same options give the same bytes', () => {
  expect(Buffer.compare(imageTar(options), imageTar(options))).toBe(0)
})
