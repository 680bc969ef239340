import { expect, test } from 'vitest'
import type { Ending } from '../../../../shared/records/deployments.js'
import { rollbackCause } from '../../../../shared/records/rollback-causes.js'
import { tested } from '../../../fixtures/deploy-endings.js'

const ending = (cluster: string, reason?: string, verdict?: 'pass'): Ending => ({
  record: {
    schema: 1,
    cluster,
    run: '9/1',
    commit: 'a'.repeat(40),
    releases: [],
    ...(reason === undefined ? {} : { reason }),
    ...(verdict === undefined ? {} : { verdict }),
  },
  success: reason === undefined && verdict === undefined,
  description: '',
  at: '2026-01-01T00:00:00Z',
})

test.each(['unhealthy', 'rejected-by-cluster', 'smoke-failed', 'cancelled', 'internal-error'])(
  'a cluster that ended as %s takes all clusters back',
  (reason) => {
    expect(rollbackCause([ending('staging', reason)], [])?.record.cluster).toBe('staging')
  },
)

test.each([
  'smoke-flaky',
  'smoke-inconclusive',
  'cluster-unreachable',
  'operation-in-progress',
  'deploy-freeze',
  'version-blocked',
  'stale-plan',
  'digest-mismatch',
])('after %s everything stays as it is', (reason) => {
  expect(rollbackCause([ending('staging', reason)], [])).toBeUndefined()
})

test('a flaky smoke test takes all clusters back after three others, one that cannot tell never does', () => {
  const flaky = [4, 3, 2, 1].map((attempt) => tested('staging', 'flaky', attempt))
  expect(rollbackCause(flaky.slice(1), [])).toBeUndefined()
  expect(rollbackCause(flaky, [])?.record.run).toBe('9/4')
  expect(rollbackCause(flaky, ['staging'])).toBeUndefined()
  const elsewhere = [tested('primary', 'flaky', 4), ...flaky.slice(1)]
  expect(rollbackCause(elsewhere, [])).toBeUndefined()
  const untold = [4, 3, 2, 1].map((attempt) => tested('staging', 'inconclusive', attempt))
  expect(rollbackCause(untold, [])).toBeUndefined()
})

test('an optional cluster takes nobody back', () => {
  expect(rollbackCause([ending('far', 'unhealthy')], ['far'])).toBeUndefined()
})

test('what a later attempt has mended is no cause, what failed again is', () => {
  expect(rollbackCause([ending('staging'), ending('staging', 'unhealthy')], [])).toBeUndefined()
  expect(rollbackCause([ending('staging', 'smoke-failed'), ending('staging')], [])?.record.reason).toBe('smoke-failed')
})

test('the first failure is the cause, not what came of it', () => {
  const endings = [
    ending('staging', 'rollback-failed'),
    ending('primary', 'unhealthy'),
    ending('staging', 'smoke-failed'),
  ]
  expect(rollbackCause(endings, [])?.record).toMatchObject({ cluster: 'staging', reason: 'smoke-failed' })
})

test('a cluster whose success was taken back is no cause', () => {
  expect(rollbackCause([ending('staging', undefined, 'pass')], [])).toBeUndefined()
})
