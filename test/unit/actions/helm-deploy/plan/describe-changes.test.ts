import { expect, test } from 'vitest'
import { describeChanges } from '../../../../../actions/helm-deploy/plan/describe-changes.js'
import { planFacts } from '../../../../../actions/helm-deploy/plan/plan-facts.js'
import type { ClusterPlan } from '../../../../../shared/render/cluster-plan.js'
import { compareRenders } from '../../../../../shared/render/compare.js'
import { objectOf, rendered, workload } from '../../../../fixtures/renderings.js'

const diff = (object: string, lines: string[]): ClusterPlan['diffs'][number] => ({
  ...{ kind: 'changed', of: 'ConfigMap', object, lines, added: 1, removed: 1, left: '' },
})

const plan = (cluster: string, change: Partial<ClusterPlan> = {}): ClusterPlan => ({
  ...{
    cluster,
    wave: 'rest',
    release: 'meta',
    base: 'b'.repeat(40),
    affected: true,
    cause: 'rendering',
    files: ['config/x.yaml'],
  },
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

test('several releases are told apart, and their cluster counts once', () => {
  const of = (cluster: string, release: string): ClusterPlan => plan(cluster, { release })
  const text = describeChanges([of('a', 'meta'), of('a', 'monitor'), of('b', 'meta')], 60_000)
  expect(text).toContain('2 of 2 clusters are affected')
  expect(text).toContain('| wave | cluster | release | affected |')
  expect(text).toMatch(/\| rest \| a \| monitor \| yes/)
  expect(text.match(/^#### .*$/gm)).toEqual(['#### meta on a, b', '#### monitor on a'])
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
  const small = planFacts([plan('a')])
  expect(small).not.toContain('+x: 2')
  expect(small).toContain('ConfigMap a')

  const text = planFacts(Array.from({ length: 60 }, (_, index) => plan(`c${index}`, large)))
  expect(text.length).toBeLessThanOrEqual(400_000)
  expect(JSON.parse(text).clusters).toHaveLength(60)
  expect(JSON.parse(text).clusters[59].dangers.length).toBeGreaterThan(0)
})

test('what the API server refuses, what it does not serve any more and what restarts is named, the worst first', async () => {
  const of = (word: string) =>
    rendered(
      workload('StatefulSet', 'db:1', { serviceName: word }, 'db'),
      workload('Deployment', `hub:${word}`, { replicas: 4, strategy: { type: 'Recreate' } }),
      objectOf('policy/v1', 'PodDisruptionBudget', {
        spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'hub' } } },
      }),
      objectOf('batch/v1beta1', 'CronJob', { spec: { schedule: word } }, 'cull'),
    )
  const [before, after] = [of('a'), of('b')]
  const findings = await compareRenders({
    ...{ before, after, again: async () => after, namespace: 'hub', target: '1.33' },
    room: { perObject: 100, total: 1000 },
  })

  const text = describeChanges([plan('a', findings)], 60_000, '1.33')

  const facts = [...text.matchAll(/^- (.*)$/gm)].map(([, fact]) => fact)
  expect(facts.slice(0, 3)).toEqual([
    expect.stringMatching(/^\*\*Dangerous:\*\* StatefulSet db: .*serviceName cannot be changed in place/),
    expect.stringMatching(
      /^\*\*Removed API:\*\* CronJob cull: batch\/v1beta1 was removed in Kubernetes 1\.25, use batch\/v1/,
    ),
    expect.stringMatching(
      /^Deployment hub restarts .*4 of 4 replicas at once, so it is down .*PodDisruptionBudget hub would allow 1/,
    ),
  ])
  expect(text).toContain('the removals up to Kubernetes 1.33')
  expect(text).toMatch(/\| rest \| a \| yes: .* \| 1, removed APIs: 1 \|/)
})

test('of very many facts it is said how many are left out', () => {
  const text = describeChanges(
    [plan('a', { notes: Array.from({ length: 42 }, (_, index) => `note ${index}`) })],
    60_000,
  )

  expect(text).toContain('note 29\n- 12 more of these\n')
})
