import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { type DiagnosisFacts, diagnoseCluster } from '../../../../shared/kube/diagnosis.js'
import { warningsIn } from '../../../../shared/kube/objects.js'
import { progressLines } from '../../../../shared/kube/progress.js'
import { readWorkloads } from '../../../../shared/kube/workloads.js'

// What kubectl 1.35 gave for a real deploy that failed, with the old pod still there.
const recorded = async (name: string): Promise<unknown[]> =>
  JSON.parse(await readFile(new URL(`recorded/${name}.json`, import.meta.url), 'utf8')) as unknown[]

const factsOf = (objects: unknown[], logs: Record<string, string> = {}): DiagnosisFacts => ({
  workloads: readWorkloads(objects, 'meta'),
  events: warningsIn(objects),
  logs,
})

test.each([
  [
    'image',
    /^Deployment web: pod web-\S+: cannot pull the image 127\.0\.0\.1:5100\/missing:1 \((ErrImagePull|ImagePullBackOff)/,
  ],
  ['crash', /^Deployment web: pod web-\S+: container web crashed with exit code 3, restarted \d+ times?$/],
  ['probe', /^Deployment web: pod web-\S+: container web runs, but is not ready: Readiness probe failed: not yet$/],
])('the first cause of a real failure in one sentence: %s', async (name, cause) => {
  const objects = await recorded(name)
  const { workloads } = factsOf(objects)

  expect(diagnoseCluster(factsOf(objects)).cause).toMatch(cause)
  expect(progressLines(workloads)).toEqual([expect.stringMatching(/^Deployment web: 0 of 1 ready; pod web-/)])
})

test('the last lines of the log come right after the cause', async () => {
  const objects = await recorded('crash')
  const pod = factsOf(objects).workloads[0]?.pods[0]?.metadata.name ?? ''

  expect(
    diagnoseCluster(factsOf(objects, { [`${pod}/web`]: '\n1\n2\n3\n4\n5\nthe database is gone\n' })).details.slice(
      0,
      5,
    ),
  ).toEqual(['2', '3', '4', '5', 'the database is gone'].map((line) => `log of ${pod}/web: ${line}`))
})

test('pods of the revision before do not count as ready', async () => {
  const objects = await recorded('image')
  expect(objects.filter((object) => (object as { kind: string }).kind === 'Pod')).toHaveLength(2)
  expect(factsOf(objects).workloads).toMatchObject([{ ready: 0, wanted: 1, pods: [{}] }])
})

test('what belongs to another release is not looked at', async () => {
  expect(readWorkloads(await recorded('image'), 'another')).toEqual([])
})

const deployment = (change: object = {}) => ({
  kind: 'Deployment',
  metadata: { name: 'web', uid: 'd', generation: 2, annotations: { 'meta.helm.sh/release-name': 'meta' } },
  spec: { replicas: 1 },
  status: { observedGeneration: 2 },
  ...change,
})
const set = {
  kind: 'ReplicaSet',
  metadata: {
    name: 'web-1',
    uid: 's',
    annotations: { 'deployment.kubernetes.io/revision': '1' },
    ownerReferences: [{ kind: 'Deployment', name: 'web', uid: 'd' }],
  },
}
const pod = (status: object) => ({
  kind: 'Pod',
  metadata: { name: 'web-1-x', uid: 'p', ownerReferences: [{ kind: 'ReplicaSet', name: 'web-1', uid: 's' }] },
  status,
})
const event = (reason: string, about: string, message: string) => ({
  kind: 'Event',
  type: 'Warning',
  reason,
  message,
  involvedObject: { kind: about.split('/')[0], name: about.split('/')[1] },
  metadata: { creationTimestamp: '2026-01-01T00:00:00Z' },
})
const waiting = (reason: string, message = '') => ({
  containerStatuses: [{ name: 'c', image: 'i', state: { waiting: { reason, message } } }],
})

test.each<[string, unknown[], string]>([
  [
    'quota',
    [deployment(), set, event('FailedCreate', 'ReplicaSet/web-1', 'exceeded quota: small')],
    'Deployment web: no pod can be created: exceeded quota: small',
  ],
  [
    'a missing Secret',
    [deployment(), set, pod(waiting('CreateContainerConfigError', 'secret "s" not found'))],
    'Deployment web: pod web-1-x: container c cannot be created (CreateContainerConfigError: secret "s" not found)',
  ],
  [
    'memory',
    [
      deployment(),
      set,
      pod({
        containerStatuses: [
          {
            name: 'c',
            restartCount: 1,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
          },
        ],
      }),
    ],
    'Deployment web: pod web-1-x: container c was killed for using too much memory (OOMKilled), restarted 1 time',
  ],
  [
    'no room',
    [
      deployment(),
      set,
      pod({ conditions: [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' }] }),
    ],
    'Deployment web: pod web-1-x: it cannot be scheduled: 0/1 nodes are available',
  ],
  [
    'a volume',
    [
      deployment(),
      set,
      pod(waiting('ContainerCreating')),
      event('FailedMount', 'Pod/web-1-x', 'configmap "c" not found'),
    ],
    'Deployment web: pod web-1-x: it is being created: configmap "c" not found',
  ],
  [
    'a container that runs, after a volume that was late',
    [
      deployment(),
      set,
      pod({ containerStatuses: [{ name: 'c', state: { running: {} } }] }),
      event('FailedMount', 'Pod/web-1-x', 'configmap "c" not found'),
    ],
    'Deployment web: pod web-1-x: container c runs, but is not ready',
  ],
  [
    'a hook',
    [
      {
        kind: 'Job',
        metadata: { name: 'migrate', uid: 'j', annotations: { 'helm.sh/hook': 'pre-upgrade' } },
        status: { conditions: [{ type: 'Failed', status: 'True', message: 'BackoffLimitExceeded' }] },
      },
    ],
    'Job migrate failed: BackoffLimitExceeded',
  ],
])('names the cause: %s', (_, objects, cause) => {
  expect(diagnoseCluster(factsOf(objects)).cause).toBe(cause)
})

test('the surer cause comes first', () => {
  const other = deployment({
    metadata: { name: 'api', uid: 'e', annotations: { 'meta.helm.sh/release-name': 'meta' } },
  })
  const facts = factsOf([deployment(), set, pod({}), other, event('FailedCreate', 'Deployment/api', 'denied')])

  expect(diagnoseCluster(facts)).toMatchObject({
    cause: 'Deployment api: no pod can be created: denied',
    details: ['Deployment web: pod web-1-x: it is being created', expect.anything()],
  })
})

test('a healthy release has no cause', () => {
  const ready = pod({ conditions: [{ type: 'Ready', status: 'True' }] })
  expect(diagnoseCluster(factsOf([deployment(), set, ready]))).toEqual({
    cause: undefined,
    details: [],
    complete: true,
  })
})

test('until the controller has seen the change, the old pods do not count', () => {
  const ready = pod({ conditions: [{ type: 'Ready', status: 'True' }] })
  const unseen = deployment({ status: { observedGeneration: 1 } })
  expect(progressLines(readWorkloads([unseen, set, ready], 'meta'))).toEqual(['Deployment web: 0 of 1 ready'])
})

test('an event that comes again and again is told once, without the names of the cluster', () => {
  const again = ['web-1-a', 'web-1-b'].map((name, index) => ({
    ...event('FailedCreate', 'ReplicaSet/web-1', `Error creating: pods "${name}" is forbidden: exceeded quota: small`),
    metadata: { creationTimestamp: `2026-01-01T00:00:0${index}Z` },
  }))
  const lost = event('FailedMount', 'ReplicaSet/web-1', 'read tcp 10.96.0.1:33494->10.96.0.1:443: connection reset')

  const { cause, details } = diagnoseCluster(factsOf([deployment(), set, ...again, lost]))

  expect(cause).toBe('Deployment web: no pod can be created: pods "web-1-b" is forbidden: exceeded quota: small')
  expect(details.filter((line) => line.includes('FailedCreate'))).toHaveLength(1)
  expect(details.join()).not.toContain('10.96.0.1')
})

test("a hook's job that failed before this upgrade is not its cause", () => {
  const job = (created: string) => ({
    kind: 'Job',
    metadata: {
      ...{ name: 'migrate', uid: 'j', annotations: { 'helm.sh/hook': 'post-upgrade' } },
      creationTimestamp: created,
    },
    status: { conditions: [{ type: 'Failed', status: 'True', message: 'BackoffLimitExceeded' }] },
  })
  const began = new Date('2026-01-01T00:00:10.900Z')
  expect(readWorkloads([job('2026-01-01T00:00:08Z')], 'meta', began)).toEqual([])
  expect(readWorkloads([job('2026-01-01T00:00:10Z')], 'meta', began)).toHaveLength(1)
})
