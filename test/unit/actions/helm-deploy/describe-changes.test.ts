import { expect, test } from 'vitest'
import { describeChanges } from '../../../../actions/helm-deploy/describe-changes.js'
import { factsOf } from '../../../../actions/helm-deploy/plan-facts.js'
import type { ClusterPlan } from '../../../../shared/render/cluster-plan.js'

const diff = (object: string, lines: string[]): ClusterPlan['diffs'][number] => ({
  ...{ kind: 'changed', of: 'ConfigMap', object, lines, added: 1, removed: 1, left: '' },
})

const plan = (cluster: string, change: Partial<ClusterPlan> = {}): ClusterPlan => ({
  ...{ cluster, role: 'rest', base: 'b'.repeat(40), affected: true, cause: 'rendering', files: ['config/x.yaml'] },
  ...{ counts: { added: 0, changed: 1, removed: 0 }, diffs: [diff('ConfigMap a', ['-x: 1', '+x: 2'])] },
  ...{ disruptions: [], removedApis: [], dangers: [], notes: [] },
  ...change,
})
const untouched: Partial<ClusterPlan> = { affected: false, cause: 'same-inputs', files: [], diffs: [] }

test('clusters with the same changes are told once, untouched ones only in the table', () => {
  const text = describeChanges([plan('a'), plan('b'), plan('c', untouched)], 60_000)
  expect(text).toContain('2 of 3 clusters are affected')
  expect(text.match(/^#### .*$/gm)).toEqual(['#### a, b'])
  expect(text).toContain('```diff\n-x: 1\n+x: 2\n```')
  expect(text).toMatch(/\| rest \| c \| no \|/)
})

test('a diff cannot end its own block, nor place a marker', () => {
  const text = describeChanges(
    [plan('a', { diffs: [diff('ConfigMap a', ['+```', '+<!-- lockstep:gate -->', '+\u202etxt'])] })],
    60_000,
  )
  expect(text).toContain('````diff\n+```\n')
  expect(text).not.toContain('<!-- lockstep')
  expect(text).not.toContain('\u202e')
})

test('a page that is too small leaves out whole parts, closes what it opened, and says so', () => {
  const diffs = Array.from({ length: 100 }, (_, index) =>
    diff(
      `ConfigMap ${index}`,
      Array.from({ length: 20 }, () => '+a line'),
    ),
  )
  const text = describeChanges([plan('a', { diffs }), plan('b', { diffs: diffs.slice(1) })], 5_000)
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(5_000)
  expect(text.match(/^```/gm)?.length ?? 0).toBe(2 * (text.match(/^```diff/gm)?.length ?? 0))
  expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length)
  expect(text).toMatch(/more do not fit on this page/)
})

test('the facts for the gate hold no lines of diffs and stay small, dangers to the last', () => {
  const danger = { kind: 'volume-deleted', object: 'PersistentVolumeClaim x', text: 'x '.repeat(100) } as const
  const disruption = {
    object: 'Deployment x',
    effect: 'restarts',
    downtime: false,
    because: [],
    budgets: [],
    text: 'y '.repeat(200),
  } as const
  const large = {
    dangers: Array.from({ length: 50 }, () => danger),
    disruptions: Array.from({ length: 200 }, () => ({ ...disruption, because: [], budgets: [] })),
  }
  const small = factsOf([plan('a')])
  expect(small).not.toContain('+x: 2')
  expect(small).toContain('ConfigMap a')

  const text = factsOf(Array.from({ length: 60 }, (_, index) => plan(`c${index}`, large)))
  expect(text.length).toBeLessThanOrEqual(400_000)
  expect(JSON.parse(text).clusters).toHaveLength(60)
  expect(JSON.parse(text).clusters[59].dangers.length).toBeGreaterThan(0)
})
