import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { LocalCluster } from '../../rehearsal/cluster/cluster.js'
import { existingCluster } from '../../rehearsal/cluster/existing.js'
import { imageTar } from '../../rehearsal/cluster/image.js'
import { runKubectl } from '../../rehearsal/cluster/kubectl.js'
import { pollUntil } from '../../rehearsal/cluster/poll.js'
import { makeTenant, removeTenant } from '../../rehearsal/cluster/tenant.js'
import { cgroupMounts } from '../../rehearsal/isolate/cgroups.js'
import { readIsolation } from '../../rehearsal/isolate/inside.js'

const tools = inject('tools')
const registry = inject('registry')
const image = `${registry}/web:1`
const inside = readIsolation()
const dir = inside?.dir ?? ''
let cluster: LocalCluster

beforeAll(async () => {
  cluster = await existingCluster(inject('kubeconfig'), tools.kubectl)
  await admin('create', 'namespace', 'pods')
  await pushImage()
})

afterAll(async () => {
  await admin('delete', 'namespace', 'pods', '--wait=false')
})

const admin = (...args: string[]): Promise<string> => runKubectl(tools.kubectl, cluster.kubeconfig, args)

async function pushImage(): Promise<void> {
  const file = join(dir, 'web.tar')
  const entrypoint = ['/bin/busybox', 'httpd', '-f', '-p', '8080', '-h', '/www']
  const files = {
    '/bin/busybox': await readFile(tools.busybox),
    '/bin/kubectl': await readFile(tools.kubectl),
    '/www/index.html': 'served by a pod\n',
  }
  await writeFile(file, imageTar({ name: image, files, entrypoint }))
  await execa(tools.crane, ['push', '--insecure', file, image])
}

const runPod = (name: string, ...args: string[]): Promise<string> =>
  admin('--namespace', 'pods', 'run', name, '--restart=Always', ...args)

/** Waits for a field of a pod; the message of a failure shows what it was instead. */
async function podField(name: string, path: string, wanted: RegExp): Promise<string> {
  let last = ''
  await pollUntil(
    async () => {
      last = await admin('--namespace', 'pods', 'get', 'pod', name, '--output', `jsonpath={${path}}`)
      return wanted.test(last)
    },
    { deadline: 60_000, every: 200 },
  )
  expect(last).toMatch(wanted)
  return last
}

test('the node is ready', async () => {
  expect(
    await admin('get', 'nodes', '--output', 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}'),
  ).toBe('True')
})

test('a pod from a pushed image serves on its own address, and its logs and exec work', async () => {
  await runPod('web', '--image', image)
  const address = await podField('web', '.status.podIP', /^10\.88\.0\.\d+$/)
  await admin('--namespace', 'pods', 'wait', '--for=condition=Ready', 'pod/web', '--timeout=60s')
  await pollUntil(
    () =>
      fetch(`http://${address}:8080/`).then(
        (answer) => answer.ok,
        () => false,
      ),
    { deadline: 10_000, every: 100 },
  )

  expect(await (await fetch(`http://${address}:8080/`)).text()).toBe('served by a pod\n')
  expect(await admin('--namespace', 'pods', 'exec', 'web', '--', '/bin/busybox', 'cat', '/www/index.html')).toBe(
    'served by a pod',
  )
  expect(await admin('--namespace', 'pods', 'logs', 'web')).toBe('')
})

test("the pods' cgroups are below the one of this run, which is how they are removed", async () => {
  const uid = await podField('web', '.metadata.uid', /./)
  const mounts = cgroupMounts().filter((mount) => existsSync(join(mount, 'k8s.io')))
  expect(mounts).toEqual([])
  const below = await readdir(join(cgroupMounts()[0] ?? '', inside?.cgroup ?? ''), { recursive: true })
  expect(below).toContain(`kubepods/besteffort/pod${uid}`)
})

test('a Service of the pod has endpoints at its address', async () => {
  const address = await podField('web', '.status.podIP', /./)
  await admin('--namespace', 'pods', 'expose', 'pod', 'web', '--port=80', '--target-port=8080')
  const slices = ['get', 'endpointslices', '--selector', 'kubernetes.io/service-name=web', '--output']
  await pollUntil(async () => (await admin('--namespace', 'pods', ...slices, 'name')) !== '', {
    deadline: 20_000,
    every: 100,
  })
  expect(
    await admin(
      '--namespace',
      'pods',
      ...slices,
      'jsonpath={.items[*].endpoints[*].addresses[0]}:{.items[*].ports[*].port}',
    ),
  ).toBe(`${address}:8080`)
})

test('a pod reaches the API server by the address and the certificate authority that Kubernetes gives it', async () => {
  const answer = await admin('--namespace', 'pods', 'exec', 'web', '--', '/bin/kubectl', 'get', '--raw', '/version')
  expect(JSON.parse(answer)).toMatchObject({ gitVersion: expect.stringMatching(/^v1\.35\./) })
})

test('an image that does not exist is reported, not waited for', async () => {
  await runPod('missing', '--image', `${registry}/missing:1`)
  await podField('missing', '.status.containerStatuses[0].state.waiting.reason', /^(ErrImagePull|ImagePullBackOff)$/)
})

test('an image of a registry that cannot be reached is reported, not waited for', async () => {
  await runPod('elsewhere', '--image', 'registry.example.com/web:1')
  await podField('elsewhere', '.status.containerStatuses[0].state.waiting.reason', /^(ErrImagePull|ImagePullBackOff)$/)
})

test('a program that ends at once is seen as a crash loop', async () => {
  await runPod('crash', '--image', image, '--command', '--', '/bin/busybox', 'false')
  await podField('crash', '.status.containerStatuses[0].state.waiting.reason', /^CrashLoopBackOff$/)
})

test("a tenant's kubeconfig reaches its own namespace and nothing else", async () => {
  const [ours, other] = ['tenant-a', 'tenant-b']
  const file = join(dir, 'tenant.kubeconfig')
  await writeFile(file, await makeTenant(cluster, ours), { mode: 0o600 })
  await makeTenant(cluster, other)
  const may = async (...args: string[]): Promise<boolean> =>
    !(await execa(tools.kubectl, ['--kubeconfig', file, ...args], { reject: false })).failed

  expect(await may('create', 'configmap', 'mine')).toBe(true)
  expect(await may('get', 'namespace', ours)).toBe(true)
  expect(await may('auth', 'can-i', 'create', 'pods/portforward')).toBe(true)
  expect(await may('auth', 'can-i', 'create', 'rolebindings')).toBe(true)

  expect(await may('get', 'namespace', other)).toBe(false)
  expect(await may('get', 'namespaces')).toBe(false)
  expect(await may('--namespace', other, 'get', 'configmaps')).toBe(false)
  expect(await may('--namespace', other, 'get', 'secrets')).toBe(false)
  expect(await may('get', 'nodes')).toBe(false)

  await Promise.all([removeTenant(cluster, ours), removeTenant(cluster, other)])
  expect(await admin('get', 'namespace,clusterrole,clusterrolebinding', '--output', 'name')).not.toContain('tenant-')
})

test('a cluster that does not answer is an error that names the kubeconfig', async () => {
  const file = join(dir, 'nowhere.kubeconfig')
  const text = await readFile(cluster.kubeconfig, 'utf8')
  await writeFile(file, text.replace(inject('apiServer'), 'https://127.0.0.1:1'))
  await expect(existingCluster(file, tools.kubectl)).rejects.toMatchObject({
    reason: 'cluster-unreachable',
    message: expect.stringContaining(file),
  })
})
