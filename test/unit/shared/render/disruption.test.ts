import { expect, test } from 'vitest'
import { disruptionsOf } from '../../../../shared/render/disruption.js'
import { objectOf, sides, workload } from '../../../fixtures/renderings.js'

const of = (before: unknown[], after: unknown[]) => {
  const { base, head, changes } = sides(before, after)
  return disruptionsOf(changes, base, head, 'hub')
}
const restarted = (kind: string, spec: Record<string, unknown>, more: unknown[] = []) =>
  of([workload(kind, 'hub:1', spec), ...more], [workload(kind, 'hub:2', spec), ...more])

const rolling = (maxUnavailable: unknown, maxSurge: unknown) => ({
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable, maxSurge } },
})

test.each<[string, Record<string, unknown>, string, { away: number | undefined; downtime: boolean }]>([
  [
    'Deployment',
    { strategy: { type: 'Recreate' } },
    '1 of 1 replica at once, so it is down for a short time.',
    { away: 1, downtime: true },
  ],
  [
    'Deployment',
    { replicas: 3, strategy: { type: 'Recreate' } },
    '3 of 3 replicas at once, so it is down for a short time.',
    { away: 3, downtime: true },
  ],
  ['Deployment', {}, 'new pods are ready before old ones stop.', { away: 0, downtime: false }],
  ['Deployment', { replicas: 8 }, '2 of 8 replicas at a time.', { away: 2, downtime: false }],
  ['Deployment', { replicas: 2, ...rolling(1, 0) }, '1 of 2 replicas at a time.', { away: 1, downtime: false }],
  [
    'Deployment',
    { replicas: 2, ...rolling('100%', 0) },
    '2 of 2 replicas at once, so it is down for a short time.',
    { away: 2, downtime: true },
  ],
  [
    'Deployment',
    { replicas: 1, ...rolling(0, 0) },
    '1 of 1 replica at once, so it is down for a short time.',
    { away: 1, downtime: true },
  ],
  ['Deployment', { replicas: 0 }, 'it has no replicas, so no pod restarts.', { away: 0, downtime: false }],
  ['StatefulSet', {}, '1 of 1 replica at once, so it is down for a short time.', { away: 1, downtime: true }],
  ['StatefulSet', { replicas: 3 }, '1 of 3 replicas at a time.', { away: 1, downtime: false }],
  ['DaemonSet', {}, 'on one node at a time.', { away: 1, downtime: false }],
  [
    'DaemonSet',
    { updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } },
    'new pods are ready before old ones stop.',
    { away: 0, downtime: false },
  ],
])('a new image restarts a %s %j: %s', (kind, spec, words, expected) => {
  expect(restarted(kind, spec)).toMatchObject([
    {
      effect: 'restarts',
      because: ['image of hub'],
      text: `${kind} hub restarts (image of hub): ${words}`,
      ...expected,
    },
  ])
})

test.each([
  ['StatefulSet', { updateStrategy: { type: 'OnDelete' } }],
  ['DaemonSet', { updateStrategy: { type: 'OnDelete' } }],
  ['StatefulSet', { replicas: 2, updateStrategy: { rollingUpdate: { partition: 2 } } }],
])('a %s that is updated by hand keeps its pods: %j', (kind, spec) => {
  expect(restarted(kind, spec)).toMatchObject([{ effect: 'waits', away: 0, downtime: false }])
})

test('a change outside the pod template restarts nothing', () => {
  const at = (label: string) => ({ ...workload('Deployment', 'hub:1'), metadata: { name: 'hub', labels: { label } } })
  expect(of([at('a')], [at('b')])).toEqual([])
})

test('what changed in the pods is named, without any value', () => {
  const pods = (change: object) => ({
    template: { metadata: { annotations: change }, spec: { containers: [{ name: 'hub', image: 'x', env: [change] }] } },
  })
  const [only] = of(
    [workload('Deployment', '', pods({ 'checksum/config': 'abc' }))],
    [workload('Deployment', '', pods({ 'checksum/config': 'def' }))],
  )
  expect(only?.because).toEqual(['annotation checksum/config', 'environment of hub'])
  expect(JSON.stringify(only)).not.toMatch(/abc|def/)
})

test('new, gone and scaled workloads are told', () => {
  const scaled = (replicas: number) => workload('Deployment', 'hub:1', { replicas }, 'scaled')
  expect(
    of(
      [scaled(3), workload('Deployment', 'x', {}, 'old')],
      [scaled(1), workload('StatefulSet', 'x', { replicas: 2 }, 'new')],
    ).map(({ text }) => text),
  ).toEqual([
    'Deployment scaled is scaled from 3 to 1 replica.',
    'StatefulSet new is new: 2 replicas start.',
    'Deployment old is deleted: 1 replica stops.',
  ])
})

test('the least number of an autoscaler counts where the workload names none', () => {
  const scaler = objectOf('autoscaling/v2', 'HorizontalPodAutoscaler', {
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'hub' }, minReplicas: 4, maxReplicas: 9 },
  })
  expect(restarted('Deployment', {}, [scaler])).toMatchObject([{ replicas: 4, away: 1 }])
})

const budget = (spec: object) => objectOf('policy/v1', 'PodDisruptionBudget', { spec }, 'guard')

test.each([
  [{ minAvailable: 1, selector: { matchLabels: { app: 'hub' } } }, 0],
  [{ maxUnavailable: '50%', selector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['hub'] }] } }, 1],
  [{ selector: {} }, 0],
])('a budget that covers the pods is compared with the rollout: %j', (spec, allows) => {
  const [only] = restarted('StatefulSet', {}, [budget(spec)])
  expect(only?.budgets).toEqual([{ name: 'guard', allows }])
  expect(only?.text.includes('would allow 0; a rollout ignores it')).toBe(allows === 0)
})

test.each([
  [{ selector: { matchLabels: { app: 'proxy' } } }],
  [{ selector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['hub'] }] } }],
  [{}],
])('a budget for other pods does not count: %j', (spec) => {
  expect(restarted('StatefulSet', {}, [budget(spec)])[0]?.budgets).toEqual([])
})
