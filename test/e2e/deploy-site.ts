import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { execa } from 'execa'
import { inject } from 'vitest'
import type { Cluster } from '../../rehearsal/cluster/cluster.js'
import { existingCluster } from '../../rehearsal/cluster/existing.js'
import { imageTar } from '../../rehearsal/cluster/image.js'
import { removeTenant, tenant } from '../../rehearsal/cluster/tenant.js'
import { isolation } from '../../rehearsal/isolate/inside.js'
import type { Result } from '../../shared/action/result.js'
import { readIdentity } from '../../shared/kube/identity.js'
import { writeRecord } from '../../shared/records/deployments.js'
import { type DeployWorld, deploy as deployRepo, startDeployWorld } from '../acceptance/deploy-world.js'
import { type Start, type Started, startAction } from '../acceptance/start-action.js'
import { type KillingPrograms, killingPrograms } from './killing-programs.js'

/** One pod that is ready at once, unless its values say otherwise. */
const chart = (image: string): Record<string, string> => ({
  'values.yaml': `image: ${image}\ngreeting: hello\n`,
  'templates/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web }, annotations: { greeting: "{{ .Values.greeting }}" } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - { name: web, image: "{{ .Values.image }}", command: [/bin/busybox, sleep, "3600"], imagePullPolicy: Always }
`,
})

/** A staging cluster that Lockstep has adopted, with starts of what changes it. */
export interface DeploySite extends AsyncDisposable {
  world: DeployWorld
  programs: KillingPrograms
  /** The deploy repo's commit that is verified. */
  verified: string
  /** An image that nothing else uses, so that it can be taken away. */
  image: string
  /** A new commit with these values; returns it. */
  values(text: string): Promise<string>
  /** Installs the verified commit from nothing, as revision 1; both ConfigMaps are then as they were when it was verified. */
  reset(): Promise<void>
  /** Deploys a commit by Helm alone, as a deploy would that then failed its smoke test. */
  upgrade(commit: string): Promise<void>
  /** The same, and kills Helm in the middle. */
  cutOff(commit: string): Promise<void>
  /** Records that a run's deploy of a commit failed on staging. */
  recordFailure(commit: string, reason?: string, run?: string): Promise<void>
  starts: {
    deploy(commit: string, run?: string): Promise<Start>
    smoke(deployed: Result): Promise<Start>
    rollback(commit: string, run?: string): Promise<Start>
  }
  helm(...args: string[]): Promise<string>
  kubectl(...args: string[]): Promise<string>
}

/** Pushes an image that does nothing but sleep. */
export async function pushImage(name: string): Promise<void> {
  const tools = inject('tools')
  const file = join(isolation()?.dir ?? '', 'sleep.tar')
  const files = { '/bin/busybox': await readFile(tools.busybox) }
  await writeFile(file, imageTar({ name, files, entrypoint: ['/bin/busybox'] }))
  await execa(tools.crane, ['push', '--insecure', file, name])
}

export async function takeImageAway(name: string): Promise<void> {
  await execa(inject('tools').crane, ['delete', '--insecure', name])
}

export async function startDeploySite(major: 3 | 4, namespace = 'staging'): Promise<DeploySite> {
  const tools = inject('tools')
  const image = `${inject('registry')}/sleep-${namespace}:1`
  await pushImage(image)
  const cluster: Cluster = await existingCluster(inject('kubeconfig'), tools.kubectl)
  const entry = await publicEntry()
  const world = await startDeployWorld(() => chart(image), {
    timeout: '8s',
    files: { 'config/staging.yaml': `host: ${entry.host}\n` },
  })
  entry.body = JSON.stringify({ hub: world.versions[0] })
  const programs = await killingPrograms(world.dir, {
    helm: major === 3 ? tools.helm3 : tools.helm4,
    kubectl: tools.kubectl,
  })
  const kubeconfig = await tenant(cluster, namespace)
  const file = join(world.dir, 'kubeconfig')
  await writeFile(file, kubeconfig, { mode: 0o600 })
  const verified = await world.head()
  const start = (program: string, args: string[]) =>
    execa(program, ['--namespace', namespace, ...args], { env: { KUBECONFIG: file, HOME: world.dir } })
  const helmProgram = major === 3 ? tools.helm3 : tools.helm4
  const helm = async (...args: string[]): Promise<string> => (await start(helmProgram, args)).stdout
  const kubectl = async (...args: string[]): Promise<string> => (await start(tools.kubectl, args)).stdout
  const env = async (commit: string, runId = '100') => {
    const temp = join(world.dir, `temp-${Math.random()}`)
    await mkdir(temp)
    const machine = { PATH: programs.path, HOME: world.dir, RUNNER_TEMP: temp, GITHUB_RUN_ID: runId }
    return world.env(commit, await world.checkout(commit), machine)
  }
  const upgradeArguments = async (commit: string): Promise<string[]> => {
    const workspace = await world.checkout(commit)
    await helm('dependency', 'update', join(workspace, 'meta'))
    const values = ['config/common.yaml', 'config/staging.yaml'].flatMap((name) => ['--values', join(workspace, name)])
    return ['upgrade', '--install', 'meta', join(workspace, 'meta'), ...values, '--wait', '--timeout', '60s']
  }
  const upgrade = async (commit: string): Promise<void> => void (await helm(...(await upgradeArguments(commit))))
  let remembered = ''

  const site: DeploySite = {
    world,
    programs,
    verified,
    image,
    values: (text) => world.push({ 'config/staging.yaml': `host: ${entry.host}\n${text}` }),
    async reset() {
      await helm('uninstall', 'meta', '--ignore-not-found', '--wait')
      await kubectl('delete', 'configmap', '--selector', 'app.kubernetes.io/managed-by=lockstep')
      await upgrade(verified)
      if (remembered !== '') {
        await execa(tools.kubectl, ['--namespace', namespace, 'apply', '--filename', '-'], {
          env: { KUBECONFIG: file },
          input: remembered,
        })
      }
    },
    upgrade,
    async cutOff(commit) {
      const running = start(helmProgram, await upgradeArguments(commit))
      const statuses = ['--selector', 'owner=helm', '--output', 'jsonpath={.items[*].metadata.labels.status}']
      while (running.exitCode === null && !(await kubectl('get', 'secrets', ...statuses)).includes('pending-')) {}
      running.kill('SIGKILL')
      await running.catch(() => undefined)
    },
    async recordFailure(commit, reason = 'smoke-failed', runKey = '100/1') {
      await writeRecord(
        { github: world.as(world.tokens.gate) as never, repo: deployRepo, gateApp: world.gateApp },
        {
          ...{ schema: 1, cluster: 'staging', run: runKey, commit, releases: [], reason, outcome: 'failure' },
          ...{ logUrl: `${world.github.url}/runs`, environmentUrl: undefined, description: 'it does not serve' },
        },
      )
    },
    starts: {
      async deploy(commit, runId = '100') {
        const plan = { schema: 1, run: `${runId}/1`, commit, clusters: [{ name: 'staging', from: verified }] }
        const inputs = { mode: 'deploy', cluster: 'staging', kubeconfig, token: world.tokens.job }
        return { inputs: { ...inputs, plan: JSON.stringify(plan) }, env: await env(commit, runId) }
      },
      smoke: async (deployed) => ({
        inputs: { cluster: 'staging', kubeconfig, deployed: JSON.stringify(deployed), deadline: '20s' },
        env: await env(deployed.commit, deployed.run.split('/')[0]),
      }),
      rollback: async (commit, runId = '100') => ({
        inputs: { part: 'clusters', cluster: 'staging', kubeconfig, token: world.tokens.job },
        env: await env(commit, runId),
      }),
    },
    helm,
    kubectl,
    async [Symbol.asyncDispose]() {
      await removeTenant(cluster, namespace)
      await world[Symbol.asyncDispose]()
      entry.close()
    },
  }

  await site.reset()
  const identity = await readIdentity(kubeconfig, kubectlOf(kubectl), namespace)
  await world.recordSuccess('staging', verified, { identity })
  const adopted: Result = {
    ...{ schema: 1, action: 'helm-deploy', decision: 'adopted', reason: 'ok', message: '', cluster: 'staging' },
    ...{ release: 'meta', namespace, revision: 1, commit: verified, run: '1/1', evidence: [] },
    deployment: { identity, inputDigest: 'as it was', components: { hub: world.versions[0] ?? '' } },
  }
  await expectPass(await startAction('smoke-test', await site.starts.smoke(adopted)))
  remembered = await kubectl('get', 'configmap', 'lockstep-meta', '--output', 'json')
  const { metadata: _, ...rest } = JSON.parse(remembered)
  remembered = JSON.stringify({
    ...rest,
    metadata: { name: 'lockstep-meta', labels: { 'app.kubernetes.io/managed-by': 'lockstep' } },
  })
  return site
}

const kubectlOf = (kubectl: (...args: string[]) => Promise<string>) => ({
  get: async (kind: string, name: string) =>
    JSON.parse(await kubectl('get', kind, name, '--output', 'json')) as unknown,
  list: () => Promise.resolve([]),
  all: () => Promise.resolve([]),
  logs: () => Promise.resolve(''),
  apply: () => Promise.resolve(),
})

function expectPass({ result, log }: Started): void {
  if (result.decision !== 'verified') throw new Error(`staging was not verified:\n${log}`)
}

/** What plays the cluster's public entry: `body` is what /versions answers. */
async function publicEntry(): Promise<{ host: string; body: string; close(): void }> {
  const server = createServer((request, response) => response.end(request.url === '/versions' ? entry.body : 'ok'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const entry = { host, body: '{}', close: () => void server.close() }
  return entry
}
