import { expect, test } from 'vitest'
import { soakingNow, soakOf } from '../../../../actions/external-change/soak.js'

const hour = 60 * 60_000
const policy = { soak: { T0: 0, T1: 0, T2: hour, T3: 24 * hour }, changeClasses: [] }
const health = { server: 'v1.31.4', nodes: [], unavailable: [], workloads: [] }
const start = Date.parse('2026-03-03T10:00:00Z')
const after = (hours: number): Date => new Date(start + hours * hour)

function record(cluster: string, kind: 'nodes' | 'access', begun: number | undefined, ended?: 'success' | 'failure') {
  const at = after(0).toISOString()
  return {
    change: { kind, cluster, from: '', to: '', plan: 'x', window: '', 'linked-pull-request': '' },
    begun:
      begun === undefined
        ? undefined
        : { id: 1, schema: 1 as const, issue: 1, by: 'olga', health, at: after(begun).toISOString() },
    ended: ended && { outcome: ended, at },
  }
}

test('an hour is watched by the job, and the rest of a longer watch by looks', () => {
  expect(soakOf(policy, record('a', 'access', -1))).toEqual({ job: hour, later: 0 })
  expect(soakOf(policy, record('a', 'nodes', -1))).toEqual({ job: hour, later: 23 * hour })
})

test.each([
  ['one that is dangerous and went well', [record('a', 'nodes', -1, 'success')], 0, 'a'],
  ['the same, until its day is over', [record('a', 'nodes', -1, 'success')], 22.9, 'a'],
  ['not longer', [record('a', 'nodes', -1, 'success')], 23, undefined],
  ['not what was watched for its hour', [record('a', 'access', -1, 'success')], 0, undefined],
  ['not what failed: that is looked at with the next /done', [record('a', 'nodes', -1, 'failure')], 0, undefined],
  ['not what has not begun', [record('a', 'nodes', undefined)], 0, undefined],
  ['nothing', [], 0, undefined],
  [
    'not what a newer change of the cluster came after',
    [record('a', 'access', 2), record('a', 'nodes', -1, 'success')],
    3,
    undefined,
  ],
  [
    'what came before one that has not begun',
    [record('a', 'nodes', undefined), record('a', 'nodes', -1, 'success')],
    3,
    'a',
  ],
])('watched: %s', (_, records, hours, cluster) => {
  expect(soakingNow(policy, records, after(hours))?.change.cluster).toBe(cluster)
})

test('of several clusters each has its turn', () => {
  const records = ['a', 'b', 'c'].map((cluster) => record(cluster, 'nodes', -1, 'success'))
  const turns = [0, 1, 2].map((hours) => soakingNow(policy, records, after(hours))?.change.cluster)
  expect(turns.toSorted()).toEqual(['a', 'b', 'c'])
})
