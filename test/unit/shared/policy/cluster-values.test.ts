import { describe, expect, test } from 'vitest'
import {
  clusterHost,
  clusterValues,
  firstAt,
  isEncrypted,
  mergeValues,
  readPath,
  valuesFiles,
  valuesOn,
} from '../../../../shared/policy/cluster-values.js'
import type { Policy } from '../../../../shared/policy/types.js'

describe('values files', () => {
  const files = [
    'config/b.yaml',
    'config/a.yaml',
    'config/one.yaml',
    'config/.hidden.yaml',
    'config/deep/c.yaml',
    'other.yaml',
  ]
  const of = (...values: string[]): string[] => valuesFiles({ values }, { name: 'one' }, files)

  test('come in the order of the policy, those of a glob by name', () => {
    expect(of('other.yaml', 'config/[ab].yaml', 'config/{cluster}.yaml')).toEqual([
      'other.yaml',
      'config/a.yaml',
      'config/b.yaml',
      'config/one.yaml',
    ])
  })
  test('that are named plainly are there even if they do not exist, globs may match nothing', () => {
    expect(of('secrets/{cluster}.yaml', 'none/*.yaml')).toEqual(['secrets/one.yaml'])
  })
  test('that are named twice count where they come last', () => {
    expect(of('config/a.yaml', 'config/*.yaml', 'config/one.yaml')).toEqual([
      'config/a.yaml',
      'config/b.yaml',
      'config/one.yaml',
    ])
  })
  test('of deeper folders need a double star', () => {
    expect(of('config/**/c.yaml')).toEqual(['config/deep/c.yaml'])
  })
})

test.each([
  [
    'maps merge, everything else is replaced',
    { a: { x: 1, y: [1, 2] } },
    [{ a: { y: [3] } }, { a: { z: 1 }, b: 'c' }],
    { a: { x: 1, y: [3], z: 1 }, b: 'c' },
  ],
  ['null deletes a default', { a: { x: 1, y: 2 } }, [{ a: { x: null } }], { a: { y: 2 } }],
  ['null deletes what an earlier file said', { b: 1 }, [{ a: { x: 1 } }, { a: null }], { b: 1 }],
  [
    'a later file takes a null back, and the default returns',
    { a: { x: 1 } },
    [{ a: null }, { a: { y: 2 } }],
    { a: { x: 1, y: 2 } },
  ],
  ['a map replaces a value, a value a map', { a: 1, b: { x: 1 } }, [{ a: { x: 1 }, b: 2 }], { a: { x: 1 }, b: 2 }],
  ['empty and missing files change nothing', { a: 1 }, [{}, undefined, null], { a: 1 }],
  ['nothing at all is an empty map', undefined, [], {}],
])('%s', (_, defaults, files, merged) => {
  expect(mergeValues(defaults, files)).toEqual(merged)
})

test('a key like __proto__ is data', () => {
  const merged = mergeValues(JSON.parse('{"__proto__": {"x": 1}}'), [JSON.parse('{"__proto__": {"y": 2}}')])
  expect(Object.getPrototypeOf(merged)).toBe(Object.prototype)
  expect(readPath(merged, ['__proto__', 'y'])).toBe(2)
  expect(readPath({}, ['constructor', 'name'])).toBeUndefined()
  expect(readPath([1], ['length'])).toBeUndefined()
})

test('the values of a cluster are the defaults of the chart with its files over them', async () => {
  const files: Record<string, string> = {
    'web/values.yaml': 'enabled: true\ningress: { hosts: [] }\nsecret: none\n',
    'config/one.yaml': 'base: &base { size: 1 }\nbig: { <<: *base, more: on }\ningress:\n  hosts: [one.example]\n',
    'secrets/one.yaml': '\0GITCRYPT\0binary',
    'empty.yaml': '# nothing\n',
  }
  const release = {
    chart: 'web',
    values: ['config/{cluster}.yaml', 'secrets/{cluster}.yaml', 'empty.yaml', 'absent.yaml'],
  }
  const { values, unread } = await clusterValues(
    release,
    { name: 'one' },
    async (path) => files[path],
    Object.keys(files),
  )
  expect(values).toMatchObject({
    enabled: true,
    ingress: { hosts: ['one.example'] },
    secret: 'none',
    big: { size: 1, more: true },
  })
  expect(unread).toEqual(['secrets/one.yaml', 'absent.yaml'])
  expect(clusterHost({ host: { path: ['ingress', 'hosts', 0] } }, [{}, values])).toBe('one.example')
  expect(clusterHost({ host: { path: ['ingress', 'hosts', 1] } }, [values])).toBeUndefined()
  expect(clusterHost({ host: { name: 'fixed.example' } }, [])).toBe('fixed.example')
  expect(clusterHost({ host: undefined }, [values])).toBeUndefined()
})

test('of several releases the first that has a value counts', async () => {
  const files: Record<string, string> = { 'a/values.yaml': 'x: 1\n', 'b/values.yaml': 'x: 2\nother: false\n' }
  const releases = ['a', 'b'].map((chart) => ({ chart, values: [] })) as unknown as Policy['releases']
  const values = await valuesOn({ releases }, { name: 'one' }, async (path) => files[path], [])
  expect(values).toEqual([{ x: 1 }, { x: 2, other: false }])
  expect([firstAt(values, ['x']), firstAt(values, ['other']), firstAt(values, ['z'])]).toEqual([1, false, undefined])
})

test('a values file that is not YAML is named with its line', async () => {
  const read = async (path: string) => (path === 'bad.yaml' ? 'a: 1\nb: [\n' : '')
  await expect(clusterValues({ chart: 'web', values: ['bad.yaml'] }, { name: 'one' }, read, [])).rejects.toMatchObject({
    reason: 'target-missing',
    at: { file: 'bad.yaml', line: 3, column: 1 },
  })
})

test('files of git-crypt and sops are encrypted, a mere mention of sops is not', () => {
  expect(isEncrypted('\0GITCRYPT\0abc')).toBe(true)
  expect(isEncrypted('a: ENC[x]\nsops:\n    mac: y\n')).toBe(true)
  expect(isEncrypted('{"a": 1,\n"sops": {"mac": "y"}}')).toBe(true)
  expect(isEncrypted('a: |\n  sops:\nb: 1\n')).toBe(false)
  expect(isEncrypted('sops: true\n')).toBe(false)
})
