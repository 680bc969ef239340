import { expect, test } from 'vitest'
import { judgeKubernetes } from '../../../../../actions/smoke-test/probes/judge-kubernetes.js'
import { beganAt, worstOf } from '../../../../../actions/smoke-test/probes/kubernetes.js'
import type { CheckFound } from '../../../../../actions/smoke-test/repeat.js'
import { judgeRollout } from '../../../../../actions/smoke-test/rollout.js'
import type { TestedRelease } from '../../../../../actions/smoke-test/subject.js'
import { readWorkloads } from '../../../../../shared/kube/workloads.js'
import { type KubernetesCheck, kubernetesAspects } from '../../../../../shared/policy/smoke-types.js'
import type { Verified } from '../../../../../shared/records/verified.js'
import { olderPod, warning, webObjects } from '../../../../fixtures/kube-samples.js'
import { released } from '../../../../fixtures/released.js'

const since = new Date('2026-01-01T10:00:00Z')
const check = (change: Partial<KubernetesCheck> = {}): KubernetesCheck => ({
  kind: 'kubernetes',
  name: undefined,
  look: [...kubernetesAspects],
  restarts: 0,
  warnings: 0,
  ignore: [],
  timeout: 1,
  failureThreshold: undefined,
  successThreshold: 1,
  when: undefined,
  ...change,
})
const judge = (objects: unknown[], change: Partial<KubernetesCheck> = {}) =>
  judgeKubernetes(check(change), { objects, release: 'hub', since })

const mine = { annotations: { 'meta.helm.sh/release-name': 'hub' } }
const claim = (name: string, phase: string) => ({
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  status: { phase },
})
const ingress = (status: object) => ({ kind: 'Ingress', metadata: { name: 'web', ...mine }, status })
const ended = (at: string) => ({ restartCount: 3, lastState: { terminated: { exitCode: 1, finishedAt: at } } })
const old = {
  pod: {
    metadata: {
      name: 'p',
      creationTimestamp: '2025-12-01T00:00:00Z',
      ownerReferences: [{ kind: 'ReplicaSet', name: 'web-2', uid: 'new' }],
    },
  },
}

test.each<[string, unknown[], Partial<KubernetesCheck>, string]>([
  ['all in order', webObjects({ more: [claim('data', 'Bound')] }), {}, 'workloads, restarts'],
  ['restarts that are allowed', webObjects({ container: { restartCount: 2 } }), { restarts: 2 }, ''],
  ['restarts long before the deploy', webObjects({ ...old, container: ended('2025-12-02T00:00:00Z') }), {}, ''],
  ['warnings before the deploy', webObjects({ more: [warning('web-2-x', '2026-01-01T09:00:00Z')] }), {}, ''],
  ['warnings about other people’s pods', webObjects({ more: [warning('jupyter-x', '2026-01-01T10:01:00Z')] }), {}, ''],
  [
    'warnings that do not count',
    webObjects({ more: [warning('web-2-x', '2026-01-01T10:01:00Z')] }),
    { ignore: ['Unhealthy'] },
    '',
  ],
  ['an unbound claim of somebody else', webObjects({ more: [claim('claim-ada', 'Pending')] }), {}, ''],
  ['an address', webObjects({ more: [ingress({ loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } })] }), {}, ''],
  [
    'a service without a load balancer',
    webObjects({ more: [{ kind: 'Service', metadata: { name: 's', ...mine }, spec: { type: 'ClusterIP' } }] }),
    {},
    '',
  ],
])('%s is right', (_, objects, change, came) => {
  expect(judge(objects, change)).toEqual({ is: 'right', came: expect.stringContaining(came) })
})

test.each<[string, unknown[], string]>([
  ['no workloads at all', [], 'no workloads'],
  ['a pod that is not ready', webObjects({ pod: { status: { phase: 'Pending' } } }), 'Deployment web: 0 of 1 ready'],
  [
    'a restart of a new pod',
    webObjects({ container: { restartCount: 1 } }),
    '1 restarts since the deploy (allowed: 0): web-2-x/web',
  ],
  [
    'a restart of an old pod',
    webObjects({ ...old, container: ended('2026-01-01T10:03:00Z') }),
    '1 restarts since the deploy',
  ],
  [
    'a warning since the deploy',
    webObjects({ more: [warning('web-2-x', '2026-01-01T10:00:00Z')] }),
    'Pod/web-2-x: Unhealthy: probe failed',
  ],
  [
    'an unbound claim that its pods use',
    webObjects({ more: [claim('data', 'Pending')] }),
    'volume claim data is Pending',
  ],
  ['an ingress without an address', webObjects({ more: [ingress({})] }), 'Ingress/web has no address'],
  [
    'a load balancer without one',
    webObjects({ more: [{ kind: 'Service', metadata: { name: 's', ...mine }, spec: { type: 'LoadBalancer' } }] }),
    'Service/s has no address',
  ],
])('%s is wrong', (_, objects, came) => {
  expect(judge(objects)).toEqual({ is: 'wrong', came: expect.stringContaining(came) })
})

test('only what the policy names is looked at', () => {
  expect(judge(webObjects({ container: { restartCount: 9 } }), { look: ['workloads'] }).is).toBe('right')
})

test('without a time of the deploy nothing can be said about since then', () => {
  const facts = { objects: webObjects(), release: 'hub', since: undefined }
  expect(judgeKubernetes(check(), facts).is).toBe('unknown')
  expect(judgeKubernetes(check({ look: ['workloads'] }), facts).is).toBe('right')
})

const isPod = (object: unknown): boolean => (object as { kind: string }).kind === 'Pod'
const rollout = (objects: unknown[]) => judgeRollout(readWorkloads(objects, 'hub'))
const second = {
  kind: 'Pod',
  metadata: { name: 'z', ownerReferences: [{ kind: 'ReplicaSet', name: 'web-2', uid: 'new' }] },
}
/** A DaemonSet on two nodes, whose pods are of different age. */
const daemon = (updatedNumberScheduled: number, spec: object = {}): unknown[] => [
  {
    kind: 'DaemonSet',
    metadata: { name: 'node', uid: 'n', generation: 2, ...mine },
    spec,
    status: { observedGeneration: 2, desiredNumberScheduled: 2, updatedNumberScheduled },
  },
  ...[
    ['old', '2026-01-01T09:00:00Z'],
    ['new', '2026-01-01T10:00:00Z'],
  ].map(([name, creationTimestamp]) => ({
    kind: 'Pod',
    metadata: { name, creationTimestamp, ownerReferences: [{ kind: 'DaemonSet', name: 'node', uid: 'n' }] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  })),
]
const ready = (imageID: string) => ({
  phase: 'Running',
  conditions: [{ type: 'Ready', status: 'True' }],
  containerStatuses: [{ name: 'web', image: 'i:1', imageID }],
})

test.each<[string, unknown[], string, string]>([
  ['new pods only', webObjects(), 'right', '1 pods of 1 workloads'],
  [
    'an old pod that still serves',
    webObjects({ more: [olderPod()] }),
    'wrong',
    'pod web-1-y is of an earlier revision',
  ],
  ['an old pod that was told to go', webObjects({ more: [olderPod({ deletionTimestamp: 'now' })] }), 'right', '1 pods'],
  ['an old pod that has ended', webObjects({ more: [olderPod({}, 'Succeeded')] }), 'right', '1 pods'],
  [
    'a change that the controller has not seen',
    webObjects({ deployment: { status: { observedGeneration: 1 } } }),
    'wrong',
    '0 of 1 ready',
  ],
  ['no pod at all', webObjects().filter((object) => !isPod(object)), 'wrong', 'Deployment web: 0 of 1 ready'],
  ['a new pod that waits for room', webObjects({ pod: { status: { phase: 'Pending' } } }), 'right', '1 pods'],
  [
    'an old pod, while the new one does not come up',
    webObjects({ more: [olderPod()], pod: { metadata: second.metadata, status: { phase: 'Pending' } } }),
    'wrong',
    'Deployment web: 0 of 1 ready; pod z: it is being created; pod web-1-y is of an earlier revision',
  ],
  ['a daemon on two nodes, updated on both', daemon(2), 'right', '2 pods'],
  ['a daemon that is updated on one of two nodes', daemon(1), 'wrong', 'pod old is of an earlier revision'],
  ['a daemon whose pods are replaced by hand', daemon(1, { updateStrategy: { type: 'OnDelete' } }), 'right', '2 pods'],
  ['the same image twice', webObjects({ more: [{ ...second, status: ready('i@sha256:1') }] }), 'right', '2 pods'],
  [
    'another image under the same tag',
    webObjects({ more: [{ ...second, status: ready('i@sha256:2') }] }),
    'wrong',
    'run 2 different images under the name i:1',
  ],
])('before anything is asked, %s: %s', (_, objects, is, came) => {
  expect(rollout(objects)).toEqual({ is, came: expect.stringContaining(came) })
})

test('of several releases the worst counts, and each is named', () => {
  const found = (is: CheckFound['is']): CheckFound => ({ is, came: is })
  const [right, wrong, unknown] = [found('right'), found('wrong'), found('unknown')]
  const names = [{ name: 'a' }, { name: 'b' }]
  expect(worstOf([wrong], names)).toBe(wrong)
  expect(worstOf([right, right], names)).toEqual({ is: 'right', came: 'a: right; b: right' })
  expect(worstOf([right, unknown], names)).toEqual({ is: 'unknown', came: 'b: unknown' })
  expect(worstOf([unknown, wrong], names)).toEqual({ is: 'wrong', came: 'b: wrong' })
})

test('a deploy began with the first release that is not verified yet', async () => {
  const tested = (hour: number | undefined, isVerified: boolean): TestedRelease => ({
    ...released({ revision: 3 }),
    verified: { revision: isVerified ? 3 : 2 } as Verified,
    kubectl: {
      get: async () => hour && { metadata: { creationTimestamp: new Date(hour * 3_600_000).toISOString() } },
    } as unknown as TestedRelease['kubectl'],
  })
  const hour = async (...all: TestedRelease[]) => ((await beganAt(all))?.getTime() ?? Number.NaN) / 3_600_000
  expect(await hour(tested(1, true), tested(5, false), tested(4, false))).toBe(4)
  expect(await hour(tested(2, true), tested(1, true))).toBe(1)
  expect(await hour(tested(4, false), tested(undefined, false))).toBeNaN()
})
