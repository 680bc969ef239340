import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { execa } from 'execa'
import { inject } from 'vitest'
import type { LocalCluster } from '../../rehearsal/cluster/cluster.js'
import { makeTenant, removeTenant } from '../../rehearsal/cluster/tenant.js'
import { execIn } from '../../shared/exec/exec.js'
import type { Result } from '../../shared/foundation/result.js'
import { kubectlFor } from '../../shared/kube/kubectl.js'
import type { DeployWorld } from '../acceptance/deploy-world.js'
import type { Start } from '../acceptance/start-action.js'

/** One cluster of a deploy world, played by a namespace of the real one, with starts of all that changes it. */
export interface Place extends AsyncDisposable {
  /** Of the cluster in the policy, and of its namespace. */
  name: string
  /** The file's content: reaches nothing but the namespace. */
  kubeconfig: string
  /** Installs or upgrades to a commit by Helm alone, and waits. */
  upgrade(commit: string): Promise<void>
  /** What `upgrade` gives to Helm. */
  upgradeArguments(commit: string): Promise<string[]>
  /** @param run of which the start is a part, `100` if nothing is said. */
  starts: {
    deploy(commit: string, run?: string, kubeconfig?: string): Promise<Start>
    adopt(commit: string): Promise<Start>
    smoke(deployed: Result, deadline?: string): Promise<Start>
    record(deployed: Result, smoke: Result): Promise<Start>
    rollback(commit: string, run?: string): Promise<Start>
  }
  helm(...args: string[]): Promise<string>
  kubectl(...args: string[]): Promise<string>
  /** Runs Helm, which may be ended. */
  startHelm(args: string[]): ReturnType<typeof execa>
  /** kubectl as the actions use it. */
  tool: ReturnType<typeof kubectlFor>
}

/** Helm as it is used here. */
export const helmProgram = (major: 3 | 4): string => inject('tools')[major === 3 ? 'helm3' : 'helm4']

/** A folder for PATH with node, kubectl and one Helm. */
export async function programsFor(dir: string, major: 3 | 4): Promise<string> {
  const path = join(dir, 'path')
  await mkdir(path)
  await symlink(process.execPath, join(path, 'node'))
  await symlink(helmProgram(major), join(path, 'helm'))
  await symlink(inject('tools').kubectl, join(path, 'kubectl'))
  return path
}

/** @param path what the actions have as PATH. */
export async function startPlace(
  world: DeployWorld,
  { name, major, path, verified }: { name: string; major: 3 | 4; path: string; verified: string },
): Promise<Place> {
  const tools = inject('tools')
  const cluster = theCluster()
  const kubeconfig = await makeTenant(cluster, name)
  const file = join(world.dir, `kubeconfig-${name}`)
  await writeFile(file, kubeconfig, { mode: 0o600 })

  const exec = execIn(world.dir, new AbortController().signal)
  const start = (program: string, args: string[]) =>
    execa(program, ['--namespace', name, ...args], { env: { KUBECONFIG: file, HOME: world.dir } })
  const helm = async (...args: string[]): Promise<string> => (await start(helmProgram(major), args)).stdout
  const env = async (commit: string, runId = '100') => {
    const temp = join(world.dir, `temp-${Math.random()}`)
    await mkdir(temp)
    const machine = { PATH: path, HOME: world.dir, RUNNER_TEMP: temp, GITHUB_RUN_ID: runId }
    return world.env(commit, await world.checkout(commit), machine)
  }
  const upgradeArguments = async (commit: string): Promise<string[]> => {
    const workspace = await world.checkout(commit)
    await helm('dependency', 'update', join(workspace, 'meta'))
    const values = ['config/common.yaml', `config/${name}.yaml`].flatMap((one) => ['--values', join(workspace, one)])
    return ['upgrade', '--install', 'meta', join(workspace, 'meta'), ...values, '--wait', '--timeout', '60s']
  }
  const planned = (commit: string, runId: string): string =>
    JSON.stringify({ schema: 1, run: `${runId}/1`, commit, clusters: [{ name, from: verified }] })
  const inputs = { cluster: name, kubeconfig, token: world.tokens.job }

  return {
    name,
    kubeconfig,
    upgradeArguments,
    upgrade: async (commit) => void (await helm(...(await upgradeArguments(commit)))),
    starts: {
      deploy: async (commit, runId = '100', other = kubeconfig) => ({
        inputs: { ...inputs, mode: 'deploy', kubeconfig: other, plan: planned(commit, runId) },
        env: await env(commit, runId),
      }),
      adopt: async (commit) => ({
        inputs: { ...inputs, mode: 'adopt', plan: planned(commit, '100') },
        env: await env(commit),
      }),
      smoke: async (deployed, deadline = '20s') => ({
        inputs: {
          ...{ mode: 'verify', cluster: name, kubeconfig },
          ...{ 'deploy-result': JSON.stringify(deployed), 'rollout-timeout': deadline },
        },
        env: await env(deployed.commit, deployed.run.split('/')[0]),
      }),
      record: async (deployed, smoke) => ({
        inputs: {
          ...{ mode: 'record', cluster: name, token: world.tokens.gate },
          ...{ 'deploy-result': JSON.stringify(deployed), 'smoke-result': JSON.stringify(smoke) },
        },
        env: await env(deployed.commit),
      }),
      rollback: async (commit, runId = '100') => ({
        inputs: { ...inputs, mode: 'cluster' },
        env: await env(commit, runId),
      }),
    },
    helm,
    kubectl: async (...args) => (await start(tools.kubectl, args)).stdout,
    startHelm: (args) => start(helmProgram(major), args),
    tool: kubectlFor((_, args, options) => exec(tools.kubectl, args, options), file, name),
    async [Symbol.asyncDispose]() {
      await removeTenant(cluster, name)
    },
  }
}

/** The cluster that all end-to-end tests share. */
export const theCluster = (): LocalCluster => ({
  ...{ kubeconfig: inject('kubeconfig'), apiServer: inject('apiServer'), kubectl: inject('tools').kubectl },
  [Symbol.asyncDispose]: async () => {},
})

/** What plays a cluster's public entry: `body` is what /versions answers. */
export async function publicEntry(): Promise<{ host: string; body: string; close(): void }> {
  const server = createServer((request, response) => response.end(request.url === '/versions' ? entry.body : 'ok'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const entry = { host, body: '{}', close: () => void server.close() }
  return entry
}
