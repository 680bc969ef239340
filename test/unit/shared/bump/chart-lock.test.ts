import { describe, expect, test } from 'vitest'
import { chartLockOf, isSameChartLock, refreshChartLock } from '../../../../shared/bump/chart-lock.js'
import { sha256 } from '../../../../shared/foundation/digest.js'

const [first, second] = ['1.0.0-0.dev.git.1.haaaaaaa', '1.0.0-0.dev.git.2.hbbbbbbb'] as const
const repository = 'http://127.0.0.1:45611'

const chart = (version: string): string => `apiVersion: v2
name: meta
version: 0.1.0
# comment
dependencies:
  - name: hub
    version: "${version}" # x
    repository: ${repository}
    condition: hub.enabled
    tags: [a, "b<c>&d"]
    import-values:
      - data
      - { parent: z, child: y }
  - name: redis
    alias: cache
    version: ">= 2.0.0, < 2.5.0"
    repository: "@one"
  - name: local
    version: 0.3.0
    repository: file://../local
    enabled: true
`

const time = '"2026-11-23T02:00:07.067989211Z"'

const lock = (version: string, digest: string, generated = time): string => `dependencies:
- name: hub
  repository: ${repository}
  version: ${version}
- name: redis
  repository: ${repository}
  version: 2.0.0
- name: local
  repository: file://../local
  version: 0.3.0
digest: sha256:${digest}
generated: ${generated}
`

// Written by "helm dependency update" of Helm 3.17.3 and 4.1.4 alike, for Chart.yaml and requirements.yaml.
const digests = {
  [first]: 'f862b8b66b9a11acb0df2fac93dd82d25e5b22cfccc7728a82ebb4947eb1cf56',
  [second]: 'e561e6d244ab24975712faa17e41955ac4464b2868d3139a93651088ea13c380',
} as const

const locked = { [first]: lock(first, digests[first]), [second]: lock(second, digests[second]) } as const
const bump = { file: 'meta/Chart.yaml', before: chart(first), after: chart(second) }

describe("a chart's lock file", () => {
  test('gets the version and the digest that Helm gives it, and keeps the rest, the time included', () => {
    expect(refreshChartLock(bump, locked[first])).toBe(locked[second])
  })

  test('is the same byte for byte otherwise, however it is written', () => {
    const odd = (text: string): string => `\uFEFF# ours\r\n${text.replaceAll('\n', '\r\n').trimEnd()}`
    expect(refreshChartLock(bump, odd(locked[first]))).toBe(odd(locked[second]))
  })

  test('stays as it is where no dependency changed, in sync or not', () => {
    const stale = lock(first, '0'.repeat(64))
    expect(refreshChartLock({ ...bump, after: bump.before }, stale)).toBe(stale)
  })

  test('of Helm 2 gets the digest of Helm 2, over what is asked for only', () => {
    const requirements = (version: string): string =>
      `dependencies:\n - name: hub\n   version: ${version}\n   repository: https://charts.example\n`
    const lockOf = (version: string): string => {
      const asked = { dependencies: [{ name: 'hub', version, repository: 'https://charts.example' }] }
      return `dependencies:\n- alias: ""\n  name: hub\n  repository: https://charts.example\n  version: ${version}\ndigest: sha256:${sha256(JSON.stringify(asked))}\ngenerated: 2018-01-06T12:00:00.123456+01:00\n`
    }
    const change = { file: 'requirements.yaml', before: requirements('0.1.0-a1'), after: requirements('0.1.0-b2') }
    expect(refreshChartLock(change, lockOf('0.1.0-a1'))).toBe(lockOf('0.1.0-b2'))
  })

  test.each([
    ['is stale', lock(first, digests[second])],
    ['has no digest', 'dependencies: []\n'],
    ['is empty', ''],
    ['lacks a dependency', locked[first].replace(/- name: redis\n.*\n.*\n/, '')],
    ['has other names', locked[first].replace('name: redis', 'name: valkey')],
  ])('that %s is refused with the command that mends it', (_, text) => {
    expect(() => refreshChartLock(bump, text)).toThrow(
      expect.objectContaining({
        reason: 'target-missing',
        message: 'meta/Chart.lock is out of sync with meta/Chart.yaml already.',
        fix: 'Run "helm dependency update meta", and commit meta/Chart.lock.',
      }),
    )
  })
})

test('each kind of chart has its own lock file, other files have none', () => {
  expect(chartLockOf('a/b/Chart.yaml')).toBe('a/b/Chart.lock')
  expect(chartLockOf('requirements.yaml')).toBe('requirements.lock')
  expect(chartLockOf('a/values.yaml')).toBeUndefined()
  expect(chartLockOf('a/toString')).toBeUndefined()
})

describe('two texts of a lock file are the same', () => {
  const other = lock(first, digests[first], '2018-01-06T12:00:00.1+01:00')
  test.each([
    [true, 'Chart.lock', locked[first], locked[first]],
    [true, 'meta/requirements.lock', locked[first], other],
    [false, 'meta/Chart.yaml', locked[first], other],
    [false, 'meta/Chart.lock', locked[first], locked[second]],
    [false, 'meta/Chart.lock', locked[first], lock(first, digests[first], '"2026-11-23T02:00:07Z" # more')],
    [false, 'meta/Chart.lock', locked[first], lock(first, digests[first], 'later')],
    [false, 'meta/Chart.lock', locked[first], `${locked[first]}more: true\n`],
  ])('%s: %s', (same, path, one, two) => {
    expect(isSameChartLock(path, one, two)).toBe(same)
  })
})
