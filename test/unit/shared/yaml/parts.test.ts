import { describe, expect, test } from 'vitest'
import { chartDependency } from '../../../../shared/yaml/chart-dependency.js'
import { didYouMean } from '../../../../shared/yaml/did-you-mean.js'
import { parseImageRef, tagOf, withTag } from '../../../../shared/yaml/image-ref.js'
import { parsePath, showPath } from '../../../../shared/yaml/path.js'

test('a path is split at its dots, and shown as it was written', () => {
  expect(parsePath('a.b.0')).toEqual(['a', 'b', 0])
  expect(parsePath(String.raw`a\.b/c.d\\e`)).toEqual(['a.b/c', 'd\\e'])
  for (const path of ['a.b.0', String.raw`a\.b/c.d\\e`]) expect(showPath(parsePath(path))).toBe(path)
})

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`

describe('an image reference', () => {
  test.each([
    ['quay.io/jupyterhub/repo2docker:2026.4.1.dev35-gd8f23065e', 'quay.io/jupyterhub/repo2docker:NEW'],
    ['jupyter/repo2docker:ff894f44', 'jupyter/repo2docker:NEW'],
    ['localhost:5000/team/name:1.2', 'localhost:5000/team/name:NEW'],
    ['localhost:5000/team/name', 'localhost:5000/team/name:NEW'],
    ['127.0.0.1:5000/name:latest', '127.0.0.1:5000/name:NEW'],
    ['name:1', 'name:NEW'],
    ['1.2.3', 'NEW'],
    ['2026.4.1.dev35-gd8f23065e', 'NEW'],
  ])('%s keeps everything but its tag', (before, after) => {
    expect(withTag(before, 'NEW')).toBe(after)
  })

  test('that is pinned needs the digest of the new tag', () => {
    const pinned = `localhost:5000/a/b:1@${digest('1')}`
    expect(parseImageRef(pinned)).toEqual({ name: 'localhost:5000/a/b', tag: '1', digest: digest('1') })
    expect(withTag(pinned, '2', digest('2'))).toBe(`localhost:5000/a/b:2@${digest('2')}`)
    expect(() => withTag(pinned, '2')).toThrow('is pinned by digest')
    expect(withTag('a/b:1', '2', digest('2'))).toBe('a/b:2')
  })

  test.each(['', ' ', 'a b:1', 'a/b:', 'a/b:1:2', 'a/b@sha256:12', ':1', 'a/b:!'])('is not %j', (text) => {
    expect(parseImageRef(text)).toBeUndefined()
    expect(() => withTag(text, '2')).toThrow('neither an image reference nor a tag')
  })

  test.each(['', 'a b', 'a:b', 'a/b', '-a', 'a\n', 'x'.repeat(129)])('gets no tag like %j', (tag) => {
    expect(() => withTag('a/b:1', tag)).toThrow('cannot be the tag of an image')
  })

  test('has a tag or none', () => {
    expect(tagOf('localhost:5000/a')).toBeUndefined()
    expect(tagOf('localhost:5000/a:b')).toBe('b')
  })
})

describe('a chart dependency', () => {
  const chart = `dependencies:
  - name: hub
    version: "1.0"
    repository: https://charts.example
  - { name: redis, version: 2.0.0, alias: cache }
  - name: redis
    version: 3.0.0
    alias: queue
  - name: redis
    version: 4.0.0
  - name: db
    alias: store
    version: 5.0.0
  - name: twice
    version: 1.0.0
    alias: first
  - name: twice
    version: 2.0.0
    alias: second
  - name: bare
`
  test.each([
    ['hub', '1.0', 0],
    ['cache', '2.0.0', 1],
    ['queue', '3.0.0', 2],
    ['redis', '4.0.0', 3],
    ['store', '5.0.0', 4],
    ['db', '5.0.0', 4],
    ['second', '2.0.0', 6],
  ])('goes by its alias, or by its name where that is clear: %s', (name, version, index) => {
    expect(chartDependency(chart, name)).toMatchObject({ version, path: ['dependencies', index, 'version'] })
  })

  test('tells its repository', () => {
    expect(chartDependency(chart, 'hub')).toMatchObject({
      repository: 'https://charts.example',
      alias: undefined,
      line: 2,
    })
  })

  test.each([
    ['hubb', 'meta/Chart.yaml has no dependency "hubb".', 'Did you mean "hub"?'],
    [
      'traefik',
      'meta/Chart.yaml has no dependency "traefik".',
      'Available: hub, cache, queue, redis, store, first, second, bare.',
    ],
    [
      'twice',
      'meta/Chart.yaml has the dependency "twice" more than once (lines 14, 17).',
      'Use its alias: first, second.',
    ],
    [
      'bare',
      'dependencies.7.version does not exist in meta/Chart.yaml: dependencies.7 has no key "version".',
      'Available: name.',
    ],
  ])('that is not there, or not clear, is refused: %s', (name, message, fix) => {
    expect(() => chartDependency(chart, name, 'meta/Chart.yaml')).toThrow(expect.objectContaining({ message, fix }))
  })

  test('in a chart without any is refused', () => {
    for (const text of ['name: x\n', '', '- a\n']) {
      expect(() => chartDependency(text, 'hub')).toThrow(
        expect.objectContaining({ fix: 'Add it under "dependencies" of Chart.yaml.' }),
      )
    }
  })
})

test('a suggestion is near, or everything there is', () => {
  expect(didYouMean('plan_values', ['values', 'plan-values'])).toBe('Did you mean "plan-values"?')
  expect(didYouMean('Role', ['role'])).toBe('Did you mean "role"?')
  expect(didYouMean('x', ['role'])).toBe('Available: role.')
  expect(
    didYouMean(
      'x',
      Array.from({ length: 13 }, (_, index) => `key${index}`),
    ),
  ).toMatch(/key11, \.\.\.\.$/)
  expect(didYouMean('x', [])).toBeUndefined()
})
