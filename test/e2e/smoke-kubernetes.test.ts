import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { askHttp } from '../../actions/smoke-test/probes/http.js'
import { judgeKubernetes } from '../../actions/smoke-test/probes/judge-kubernetes.js'
import { repeatCheck } from '../../actions/smoke-test/repeat.js'
import { rolloutQuestion } from '../../actions/smoke-test/rollout.js'
import type { LocalCluster } from '../../rehearsal/cluster/cluster.js'
import { existingCluster } from '../../rehearsal/cluster/existing.js'
import { imageTar } from '../../rehearsal/cluster/image.js'
import { makeTenant, removeTenant } from '../../rehearsal/cluster/tenant.js'
import { readIsolation } from '../../rehearsal/isolate/inside.js'
import { execIn } from '../../shared/exec/exec.js'
import { type Kubectl, kubectlFor } from '../../shared/kube/kubectl.js'
import { withPortForward } from '../../shared/kube/port-forward.js'
import { workloadKinds } from '../../shared/kube/workloads.js'
import { normalizeCheck } from '../../shared/policy/smoke-normalize.js'
import { checkSchema as schema } from '../../shared/policy/smoke-schema.js'
import type { HttpCheck, KubernetesCheck } from '../../shared/policy/smoke-types.js'
import { probeRuntime } from '../fixtures/probe-runtime.js'
import { released } from '../fixtures/released.js'

const tools = inject('tools')
const namespace = 'smoke'
const image = `${inject('registry')}/serve:smoke`
let cluster: LocalCluster
let kubeconfig: string
let kubectl: Kubectl

/** The release `hub`: one pod that serves its version on port 8080. `command`: what the container runs instead. */
const objects = (version: string, command?: string): object[] => [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace, annotations: { 'meta.helm.sh/release-name': 'hub' } },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' }, annotations: { version } },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: 'web',
              image,
              command: ['/bin/busybox', 'sh', '-c', command ?? serve(version)],
              readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
            },
          ],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
  },
]
const serve = (version: string): string =>
  `/bin/busybox mkdir -p /www && echo ${version} > /www/index.html && exec /bin/busybox httpd -f -p 8080 -h /www`

beforeAll(async () => {
  cluster = await existingCluster(inject('kubeconfig'), tools.kubectl)
  const dir = join(readIsolation()?.dir ?? tmpdir(), 'smoke')
  const path = join(dir, 'bin')
  await mkdir(path, { recursive: true })
  await symlink(tools.kubectl, join(path, 'kubectl'))
  process.env.PATH = `${path}:${process.env.PATH}`
  const busybox = await readFile(tools.busybox)
  const file = join(dir, 'serve.tar')
  await writeFile(file, imageTar({ name: image, files: { '/bin/busybox': busybox }, entrypoint: ['/bin/busybox'] }))
  await execa(tools.crane, ['push', '--insecure', file, image])
  kubeconfig = join(dir, 'kubeconfig')
  await writeFile(kubeconfig, await makeTenant(cluster, namespace), { mode: 0o600 })
  kubectl = kubectlFor(execIn(dir, new AbortController().signal), kubeconfig, namespace)
  for (const object of objects('one')) await kubectl.apply(object, 'test')
  // As Helm does.
  const ready = ['wait', 'deployment/web', '--for', 'condition=Available', '--timeout', '60s']
  await execa(tools.kubectl, ['--kubeconfig', kubeconfig, '--namespace', namespace, ...ready])
})
afterAll(() => removeTenant(cluster, namespace))

const rollout = (timeout: number) =>
  repeatCheck(
    rolloutQuestion([{ ...released({ name: 'hub' }), kubectl, verified: undefined }], timeout),
    probeRuntime(),
  )

async function askThrough(body: string) {
  const check = normalizeCheck(schema.parse({ http: 'http://web.invalid/', body })) as HttpCheck
  return withPortForward(
    { kubeconfig, namespace, cwd: tmpdir() },
    'service/web:80',
    AbortSignal.timeout(30_000),
    (to) => askHttp(check, fetch, 5_000, to),
  )
}

const look = normalizeCheck(schema.parse({ kubernetes: ['workloads', 'restarts', 'warnings', 'volumes'] }))
const judge = async (since: Date) =>
  judgeKubernetes(look as KubernetesCheck, {
    objects: await kubectl.all(...workloadKinds, 'events', 'persistentvolumeclaims', 'services'),
    release: 'hub',
    since,
  })

test('the pods are there, and the service is asked through the API server', async () => {
  expect(await rollout(60_000)).toMatchObject({
    verdict: 'pass',
    came: expect.stringContaining('1 pods of 1 workloads'),
  })
  expect(await askThrough('^one')).toMatchObject({ is: 'right', came: '200' })
  expect(await judge(new Date(Date.now() + 60_000))).toMatchObject({ is: 'right' })
})

test('a service that is not there is wrong, and not the tester’s trouble', async () => {
  const asking = withPortForward(
    { kubeconfig, namespace, cwd: tmpdir() },
    'service/nothing:80',
    AbortSignal.timeout(30_000),
    async () => 'reached',
  )
  await expect(asking).rejects.toThrow(expect.objectContaining({ reason: 'rejected-by-cluster' }))
})

test('while the old replica keeps answering, the new version never passes', async () => {
  const since = new Date()
  for (const object of objects('two', 'exit 1')) await kubectl.apply(object, 'test')
  const report = await rollout(8_000)

  expect(await askThrough('^one'), 'the old one serves on').toMatchObject({ is: 'right' })
  expect(report.verdict).toBe('fail')
  expect(report.came).toContain('Deployment web: 0 of 1 ready')
  expect(await judge(since)).toMatchObject({ is: 'wrong' })
})

test('once it is mended, only the new pod counts', async () => {
  for (const object of objects('three')) await kubectl.apply(object, 'test')

  expect(await rollout(60_000)).toMatchObject({ verdict: 'pass' })
  expect(await askThrough('^three')).toMatchObject({ is: 'right' })
})
