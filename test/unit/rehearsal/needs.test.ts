import { expect, test } from 'vitest'
import { missingNeeds, showNeeds } from '../../../rehearsal/needs.js'
import { type MachineFacts, versionIn } from '../../../rehearsal/needs-facts.js'

const good: MachineFacts = {
  platform: 'linux',
  arch: 'x64',
  root: true,
  git: '2.39.5',
  go: '1.25.0',
  npm: '10.8.2',
  unshare: true,
  setpriv: true,
  namespaces: undefined,
  cgroups: undefined,
  built: false,
  free: 20 * 2 ** 30,
  cacheDir: '/root/.cache/lockstep/tools',
}

const missing = (facts: Partial<MachineFacts>): string[] =>
  missingNeeds({ ...good, ...facts }).map((need) => need.missing)

test('a machine that has everything needs nothing', () => {
  expect(missing({})).toEqual([])
})

test('not being root comes first, whatever else is missing', () => {
  const found = missing({ root: false, git: undefined, go: undefined, free: 0 })
  expect(found[0]).toContain('root')
  expect(found).toHaveLength(4)
})

test.each([
  ['git', { git: undefined }, /^git$/],
  ['npm', { npm: undefined }, /^npm$/],
  ['unshare', { unshare: false }, /unshare/],
  ['setpriv', { setpriv: false }, /setpriv/],
  ['namespaces', { namespaces: 'Operation not permitted' }, /namespaces.*not permitted/],
  ['cgroups', { cgroups: 'EROFS: read-only file system' }, /cgroups.*read-only/],
  ['space', { free: 2 * 2 ** 30 }, /8 GB.*there are 2\.0/],
  ['a Mac', { platform: 'darwin' }, /Linux.*darwin/],
  ['another processor', { arch: 'arm64' }, /x86-64.*arm64/],
] satisfies [string, Partial<MachineFacts>, RegExp][])('%s is one need, with a fix', (_, facts, text) => {
  expect(missing(facts)).toEqual([expect.stringMatching(text)])
  expect(missingNeeds({ ...good, ...facts }).every(({ fix }) => fix.length > 10)).toBe(true)
})

test.each([
  ['1.25', []],
  ['1.26.8', []],
  ['1.24.9', [expect.stringContaining('here is 1.24.9')]],
  ['1.9', [expect.stringContaining('here is 1.9')]],
  [undefined, [expect.stringContaining('none on PATH')]],
])('Go %s', (go, needs) => {
  expect(missing({ go })).toEqual(needs)
})

test('once Kubernetes is built, neither Go nor much space is needed', () => {
  expect(missing({ built: true, go: undefined, free: 2 * 2 ** 30 })).toEqual([])
})

test('the text has a line for what is missing and one for what to do', () => {
  expect(showNeeds([{ missing: 'git', fix: 'Install it' }])).toBe('The rehearsal needs:\n- git\n  Install it\n')
})

test.each([
  ['go version go1.26.8 linux/amd64', '1.26.8'],
  ['git version 2.39.5', '2.39.5'],
  ['10.8.2', '10.8.2'],
  ['unknown', undefined],
  [undefined, undefined],
])('the version in %j is %j', (text, version) => {
  expect(versionIn(text)).toBe(version)
})
