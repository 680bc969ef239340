import { gzipSync } from 'node:zlib'
import { createTar } from 'nanotar'
import { expect, test } from 'vitest'
import { readChart } from '../../../../shared/registry/chart-archive.js'
import { packChart } from '../../../fixtures/chart-server.js'

const refused = expect.objectContaining({ reason: 'registry-unreachable' })

test('charts inside are found as directories, as archives, and where they are only asked for', () => {
  const chart = readChart(
    packChart('hub', '1.0.0', {
      'Chart.yaml':
        'name: hub\nversion: 1.0.0\ndependencies:\n- {name: web, version: 1.1, repository: "https://x.example"}\n',
      'charts/web/Chart.yaml': 'name: web\nversion: 1.10\n',
      'charts/web/charts/deep/Chart.yaml': 'name: deep\nversion: "2"\n',
      'charts/web/crds/a.yaml': 'a',
    }),
  )
  expect(chart.name).toBe('hub')
  expect([...chart.nested.keys()].sort()).toEqual(['web', 'web (declared)', 'web/deep'])
  expect([...chart.crds.keys()]).toEqual(['charts/web/crds/a.yaml'])
})

test('a chart packed inside a chart is looked into', () => {
  const inner = packChart('web', '3.0.0', {
    'crds/a.yaml': 'a',
    'values.yaml': 'image: {repository: quay.io/web, tag: "1"}\n',
  })
  const archive = gzipSync(
    createTar([
      { name: 'hub/Chart.yaml', data: 'name: hub\nversion: 1.0.0\n' },
      { name: 'hub/charts/web-3.0.0.tgz', data: inner },
    ]),
  )
  const chart = readChart(archive)
  expect(chart.nested.get('web')).toBe('3.0.0')
  expect(chart.crds.size).toBe(1)
  expect([...chart.images]).toEqual([['web/image', { registry: 'quay.io', reference: 'quay.io/web:1' }]])
})

test('of two files of one name neither is believed', () => {
  const archive = gzipSync(
    createTar([
      { name: 'hub/Chart.yaml', data: 'name: hub\nversion: 1.0.0\n' },
      { name: './hub/Chart.yaml', data: 'name: hub\nversion: 6.6.6\n' },
    ]),
  )
  expect(() => readChart(archive)).toThrow(refused)
})

test.each([
  ['no archive', Buffer.from('<html>')],
  ['an archive without a chart', gzipSync(createTar([{ name: 'x', data: 'y' }]))],
  ['a chart whose metadata is no YAML', packChart('hub', '1', { 'Chart.yaml': 'a: [' })],
  ['a bomb', gzipSync(Buffer.alloc(200 * 1024 * 1024))],
])('%s is refused', (_, bytes) => {
  expect(() => readChart(bytes)).toThrow(refused)
})
