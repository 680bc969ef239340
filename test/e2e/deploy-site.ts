import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { inject } from 'vitest'
import { imageTar } from '../../rehearsal/cluster/image.js'
import { readIsolation } from '../../rehearsal/isolate/inside.js'
import type { Result } from '../../shared/foundation/result.js'
import { readIdentity } from '../../shared/kube/identity.js'
import { writeRecord } from '../../shared/records/deployments.js'
import { type DeployWorld, deploy as deployRepo, startDeployWorld } from '../acceptance/deploy-world.js'
import { type Started, startAction } from '../acceptance/start-action.js'
import { released } from '../released.js'
import { type KillingPrograms, killingPrograms } from './killing-programs.js'
import { helmProgram, type Place, publicEntry, startPlace } from './place.js'

/** One pod that is ready at once. */
export const sleepingChart = (image: string): Record<string, string> => ({
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

/** A staging cluster that Lockstep has adopted. */
export interface DeploySite extends Place {
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
  /** Upgrades as a deploy would, and kills Helm in the middle. */
  cutOff(commit: string): Promise<void>
  /** Records that a run's deploy of a commit failed on staging. */
  recordFailure(commit: string, reason?: string, run?: string): Promise<void>
}

/** Pushes an image that does nothing but sleep. */
export async function pushImage(name: string): Promise<void> {
  const tools = inject('tools')
  const file = join(readIsolation()?.dir ?? '', 'sleep.tar')
  const files = { '/bin/busybox': await readFile(tools.busybox) }
  await writeFile(file, imageTar({ name, files, entrypoint: ['/bin/busybox'] }))
  await execa(tools.crane, ['push', '--insecure', file, name])
}

export async function takeImageAway(name: string): Promise<void> {
  await execa(inject('tools').crane, ['delete', '--insecure', name])
}

export async function startDeploySite(major: 3 | 4): Promise<DeploySite> {
  const tools = inject('tools')
  const image = `${inject('registry')}/sleep-staging:1`
  await pushImage(image)
  const entry = await publicEntry()
  const world = await startDeployWorld(() => sleepingChart(image), {
    timeout: '8s',
    files: { 'config/staging.yaml': `host: ${entry.host}\n` },
  })
  entry.body = JSON.stringify({ hub: world.versions[0] })
  const programs = await killingPrograms(world.dir, { helm: helmProgram(major), kubectl: tools.kubectl })
  const verified = await world.head()
  const place = await startPlace(world, { name: 'staging', major, path: programs.path, verified })
  const { helm, kubectl, kubeconfig } = place
  let remembered: unknown

  const site: DeploySite = {
    ...place,
    world,
    programs,
    verified,
    image,
    values: (text) => world.push({ 'config/staging.yaml': `host: ${entry.host}\n${text}` }),
    async reset() {
      await helm('uninstall', 'meta', '--ignore-not-found', '--wait')
      await kubectl('delete', 'configmap', '--selector', 'app.kubernetes.io/managed-by=lockstep')
      await place.upgrade(verified)
      if (remembered !== undefined) await place.tool.apply(remembered, 'lockstep')
    },
    async cutOff(commit) {
      const running = place.startHelm(await place.upgradeArguments(commit))
      const statuses = ['--selector', 'owner=helm', '--output', 'jsonpath={.items[*].metadata.labels.status}']
      while (running.exitCode === null && !(await kubectl('get', 'secrets', ...statuses)).includes('pending-')) {}
      running.kill('SIGKILL')
      await running.catch(() => undefined)
    },
    async recordFailure(commit, reason = 'smoke-failed', runKey = '100/1') {
      await writeRecord(
        { github: world.as(world.tokens.gate) as never, repo: deployRepo, gateBot: world.gateBot },
        {
          ...{ schema: 1, cluster: 'staging', run: runKey, commit, releases: [], reason, outcome: 'failure' },
          ...{ logUrl: `${world.github.url}/runs`, environmentUrl: undefined, description: 'it does not serve' },
        },
      )
    },
    async [Symbol.asyncDispose]() {
      await place[Symbol.asyncDispose]()
      await world[Symbol.asyncDispose]()
      entry.close()
    },
  }

  await site.reset()
  const identity = await readIdentity(kubeconfig, place.tool, 'staging')
  const components = { hub: world.versions[0] ?? '' }
  const releases = [released({ revision: 1, identity, inputDigest: 'as it was', components })]
  await world.recordSuccess('staging', verified, { releases })
  const adopted: Result = {
    ...{ schema: 1, action: 'helm-deploy', decision: 'adopted', reason: 'ok', message: '', cluster: 'staging' },
    ...{ releases, commit: verified, run: '1/1', evidence: [] },
  }
  await expectPass(await startAction('smoke-test', await site.starts.smoke(adopted)))
  const { data } = JSON.parse(await kubectl('get', 'configmap', 'lockstep-meta', '--output', 'json'))
  const metadata = { name: 'lockstep-meta', labels: { 'app.kubernetes.io/managed-by': 'lockstep' } }
  remembered = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data }
  return site
}

function expectPass({ result, log }: Started): void {
  if (result.decision !== 'verified') throw new Error(`staging was not verified:\n${log}`)
}
