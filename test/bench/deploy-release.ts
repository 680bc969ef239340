import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { startCluster } from '../../rehearsal/cluster/cluster.js'
import { imageTar } from '../../rehearsal/cluster/image.js'
import { runKubectl } from '../../rehearsal/cluster/kubectl.js'
import { makeTenant } from '../../rehearsal/cluster/tenant.js'
import { disposableStack } from '../../rehearsal/disposables.js'
import { startRegistry } from '../../rehearsal/fixtures/registry.js'
import { readIsolation } from '../../rehearsal/isolate/inside.js'
import { provideTools } from '../../rehearsal/tools/tools.js'
import { type DeployRepo, startDeployRepo } from '../fixtures/deploy-repo.js'
import { startAction } from '../fixtures/start-action.js'

const registry = '127.0.0.1:5200'
const image = `${registry}/web:1`

/** One chart, installed in two namespaces of one cluster: `staging` is adopted, `primary` is left to plain Helm. */
export interface BenchRelease extends AsyncDisposable {
  deployRepo: DeployRepo
  /** Of staging. */
  kubeconfig: string
  /** The commit that is verified there, as a plan names it. */
  verified: string
  helm: string
  env: Record<string, string>
  /** Of plain `helm upgrade --install --wait`. */
  arguments(namespace: string, workspace: string): string[]
  /** A new commit in which both have another value; its checkout, which has the chart's dependencies already. */
  change(greeting: string): Promise<{ commit: string; workspace: string }>
}

const chart = (): Record<string, string> => ({
  'values.yaml': 'greeting: hello\n',
  'templates/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web }, annotations: { greeting: "{{ .Values.greeting }}" } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: web
          image: ${image}
          command: ["/bin/busybox", "sleep", "3600"]
          readinessProbe: { exec: { command: ["/bin/busybox", "true"] }, periodSeconds: 1 }
`,
})

/** @param host where its public entry is. */
export async function startRelease(major: 3 | 4, host = '127.0.0.1:1'): Promise<BenchRelease> {
  const parts = disposableStack()
  try {
    return { ...(await build(major, host, parts)), [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose]() }
  } catch (error) {
    await parts[Symbol.asyncDispose]()
    throw error
  }
}

async function build(
  major: 3 | 4,
  host: string,
  parts: ReturnType<typeof disposableStack>,
): Promise<Omit<BenchRelease, keyof AsyncDisposable>> {
  const tools = await provideTools(() => {})
  const inside = readIsolation()?.dir ?? ''
  parts.use(await startRegistry(tools.crane, registry))
  const cluster = parts.use(await startCluster({ dir: join(inside, `cluster-${major}`), tools }))
  const deployRepo = parts.use(await startDeployRepo(chart, { timeout: '2m' }))
  const tar = join(deployRepo.dir, 'web.tar')
  const files = { '/bin/busybox': await readFile(tools.busybox) }
  await writeFile(tar, imageTar({ name: image, files, entrypoint: ['/bin/busybox'] }))
  await execa(tools.crane, ['push', '--insecure', tar, image])

  const path = join(deployRepo.dir, 'path')
  await mkdir(path)
  const helm = join(path, 'helm')
  await symlink(process.execPath, join(path, 'node'))
  await symlink(major === 3 ? tools.helm3 : tools.helm4, helm)
  await symlink(tools.kubectl, join(path, 'kubectl'))
  const kubeconfig = await makeTenant(cluster, 'staging')
  await makeTenant(cluster, 'primary')
  const env = { PATH: path, HOME: deployRepo.dir, RUNNER_TEMP: deployRepo.dir, KUBECONFIG: cluster.kubeconfig }

  const release: Omit<BenchRelease, keyof AsyncDisposable | 'verified'> = {
    deployRepo,
    kubeconfig,
    helm,
    env,
    arguments: (namespace, workspace) => {
      const values = ['common', namespace].flatMap((name) => ['--values', join(workspace, `config/${name}.yaml`)])
      const what = ['upgrade', '--install', 'meta', join(workspace, 'meta'), '--namespace', namespace]
      return [...what, ...values, '--wait', '--timeout', '2m']
    },
    async change(greeting) {
      const values = `host: ${host}\nhub: { greeting: ${greeting} }\n`
      const commit = await deployRepo.push({ 'config/staging.yaml': values, 'config/primary.yaml': values })
      const workspace = await deployRepo.checkout(commit)
      await execa(helm, ['dependency', 'update', join(workspace, 'meta')], { env })
      return { commit, workspace }
    },
  }
  const { commit, workspace } = await release.change('first')
  for (const name of ['staging', 'primary']) await execa(helm, release.arguments(name, workspace), { env })
  await adopt(release, commit, workspace, (manifest) =>
    runKubectl(tools.kubectl, cluster.kubeconfig, ['apply', '--filename', '-'], manifest),
  )
  return { ...release, verified: commit }
}

/** Verified and recorded as after an adoption; no smoke test has to serve for that. */
async function adopt(
  { deployRepo, kubeconfig, env }: Pick<BenchRelease, 'deployRepo' | 'kubeconfig' | 'env'>,
  commit: string,
  workspace: string,
  apply: (manifest: string) => Promise<unknown>,
): Promise<void> {
  const cluster = 'staging'
  const plan = JSON.stringify({ schema: 1, run: '100/1', commit, clusters: [{ name: cluster, from: commit }] })
  const inputs = { mode: 'adopt', cluster, kubeconfig, token: deployRepo.tokens.job, plan }
  const { result, log } = await startAction('helm-deploy', { inputs, env: deployRepo.env(commit, workspace, env) })
  const [release] = result.releases ?? []
  if (!release) throw new Error(`Nothing was adopted:\n${log}`)
  await deployRepo.recordSuccess(cluster, commit, { releases: [release] })
  const { inputDigest, components } = release
  const what = { schema: 1, cluster, release: 'meta', namespace: cluster, revision: 1, commit, inputDigest, components }
  const verified = JSON.stringify({ ...what, run: '100/1', at: new Date().toISOString() })
  const metadata = { name: 'lockstep-meta', namespace: cluster }
  await apply(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { verified } }))
}
