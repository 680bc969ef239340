import { expect, test } from 'vitest'
import { progressNews, type ReportedProgress } from '../../../../shared/kube/progress.js'
import { readWorkloads } from '../../../../shared/kube/workloads.js'

const release = { 'meta.helm.sh/release-name': 'meta', 'deployment.kubernetes.io/revision': '2' }

/** A Deployment's objects as the API server gives them in mid-rollout: the old ReplicaSet's pod is still there. */
const rollout = (pods: object[], name = 'hub', replicas = pods.length): unknown[] => [
  {
    kind: 'Deployment',
    metadata: { name, uid: name, generation: 2, annotations: release },
    spec: { replicas },
    status: { observedGeneration: 2 },
  },
  ...[1, 2].map((revision) => ({
    kind: 'ReplicaSet',
    metadata: {
      ...{ name: `${name}-${revision}`, uid: `${name}-${revision}` },
      annotations: { 'deployment.kubernetes.io/revision': `${revision}` },
      ownerReferences: [{ kind: 'Deployment', name, uid: name }],
    },
  })),
  podOf(`${name}-1`, 'old', ready),
  ...pods.map((status, index) => podOf(`${name}-2`, 'abc'[index] ?? '', status)),
]

const podOf = (owner: string, suffix: string, status: object, kind = 'ReplicaSet') => ({
  kind: 'Pod',
  metadata: { name: `${owner}-${suffix}`, uid: suffix, ownerReferences: [{ kind, name: owner, uid: owner }] },
  status,
})

const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] }
const creating = { phase: 'Pending', containerStatuses: [waits('ContainerCreating')] }
const pulling = (reason: string, message: string) => ({ containerStatuses: [waits(reason, message)] })
const crashed = (restartCount: number) => ({
  containerStatuses: [
    {
      ...{ name: 'hub', restartCount, state: { waiting: { reason: 'CrashLoopBackOff' } } },
      lastState: { terminated: { exitCode: 1, reason: 'Error' } },
    },
  ],
})
function waits(reason: string, message?: string) {
  return { name: 'hub', image: 'quay.io/hub:2', restartCount: 0, state: { waiting: { reason, message } } }
}

/** What is told at each of these looks. */
function tell(...looks: unknown[][]): string[][] {
  let told: ReportedProgress = new Map()
  return looks.map((objects) => {
    const news = progressNews(told, readWorkloads(objects, 'meta'))
    told = news.told
    return news.lines
  })
}

test('counts, the pod that holds it up, and the end are told, each once', () => {
  const looks = [
    [creating, creating],
    [creating, creating],
    [ready, creating],
    [ready, ready],
    [ready, ready],
  ]
  expect(tell(...looks.map((pods) => rollout(pods)))).toEqual([
    ['Deployment hub: 0 of 2 ready; pod hub-2-a: it is being created'],
    [],
    ['Deployment hub: 1 of 2 ready; pod hub-2-b: it is being created'],
    ['Deployment hub: 2 of 2 ready'],
    [],
  ])
})

test('what is complete from the start is not worth a line', () => {
  expect(tell(rollout([ready]))).toEqual([[]])
})

test('a container that crashes again, or an image that is tried again, is told once', () => {
  expect(tell(rollout([crashed(1)]), rollout([crashed(2)]), rollout([crashed(3)]))).toEqual([
    ['Deployment hub: 0 of 1 ready; pod hub-2-a: container hub crashed with exit code 1, restarted 1 time'],
    [],
    [],
  ])
  const first = pulling('ErrImagePull', 'failed to pull (and unpack): 404')
  const [told, ...more] = tell(rollout([first]), rollout([pulling('ImagePullBackOff', 'Back-off')]), rollout([first]))
  expect(told?.[0]).toMatch(/pod hub-2-a: cannot pull the image quay\.io\/hub:2 \(ErrImagePull/)
  expect(more).toEqual([[], []])
})

test('another trouble is told', () => {
  const [, second] = tell(rollout([creating]), rollout([crashed(0)]))
  expect(second).toEqual(['Deployment hub: 0 of 1 ready; pod hub-2-a: container hub crashed with exit code 1'])
})

test('what does not change for a minute is told again: silence looks like a hang', () => {
  const lines = tell(...Array.from({ length: 91 }, () => rollout([creating])))
  const text = 'Deployment hub: 0 of 1 ready; pod hub-2-a: it is being created'
  expect(lines.flat()).toEqual([text, `Still ${text}`, `Still ${text}`, `Still ${text}`])
})

test("a hook's job shows up, and that it is done", () => {
  const job = (status: object, pod: object) => [
    { kind: 'Job', metadata: { name: 'migrate', uid: 'j', annotations: { 'helm.sh/hook': 'pre-upgrade' } }, status },
    podOf('j', 'x', pod, 'Job'),
  ]
  const running = { containerStatuses: [{ name: 'main', state: { running: {} } }] }
  expect(tell(job({}, running), job({ succeeded: 1 }, { phase: 'Succeeded' }))).toEqual([
    [expect.stringMatching(/^Job migrate: 0 of 1 done; pod j-x: /)],
    ['Job migrate: 1 of 1 done'],
  ])
})

test('of many workloads some are named, the others counted', () => {
  const many = Array.from({ length: 60 }, (_, index) => rollout([creating], `web${index}`)).flat()
  const [lines = []] = tell(many)
  expect(lines).toHaveLength(9)
  expect(lines.at(-1)).toBe('and 52 more workloads')
})
