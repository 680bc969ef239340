import { join } from 'node:path'
import { parse } from 'yaml'
import type { Cluster } from '../cluster/cluster.js'
import { tenant } from '../cluster/tenant.js'
import { type Disposables, disposables } from '../disposables.js'
import type { Limits } from '../github/limits.js'
import { startGitHub } from '../github/server.js'
import type { Emulator, WorkflowRun } from '../github/types.js'
import { projectRoot } from '../root.js'
import { type Runner, type RunnerNews, startRunner } from '../runner/runner.js'
import type { Tools } from '../tools/tools.js'
import { binFolder } from './bin-folder.js'
import { startChartRepository } from './chart-repository.js'
import { createDeployRepo, createUpstreams } from './create-repositories.js'
import { startIngress } from './ingress.js'
import { installByHand } from './install-by-hand.js'
import { type KubeClient, kubeClient } from './kube-client.js'
import { type ClusterName, chartsPort, chartsUrl, clusters, registryAddress } from './names.js'
import { createPerson, type Person } from './people.js'
import { startRegistry } from './registry.js'
import { standIns } from './stand-ins.js'

/** Everything a service has: GitHub, clusters, registries, an ingress, and people. */
export interface World extends AsyncDisposable {
  emulator: Emulator
  runner: Runner
  kube: KubeClient
  people: Record<'ada' | 'bob' | 'olga' | 'otto', Person>
}

export interface WorldOptions {
  /** An empty folder for everything that it writes. */
  dir: string
  tools: Tools
  cluster: Cluster
  /** Where GitHub listens; any free port where it is not given. */
  githubPort?: number | undefined
  /** What GitHub allows tokens of jobs and Apps; no limits where it is not given. */
  limits?: Limits | undefined
  /** Told what is being set up. */
  tell: (what: string) => void
  onRun: (run: WorkflowRun, news: RunnerNews) => void
}

/** Starts the world with a first version deployed everywhere by hand: the day before Lockstep comes. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const parts = disposables()
  try {
    return { ...(await build(options, parts)), [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose]() }
  } catch (error) {
    await parts[Symbol.asyncDispose]()
    throw error
  }
}

async function build(options: WorldOptions, parts: Disposables): Promise<Omit<World, keyof AsyncDisposable>> {
  const { dir, tools, cluster, tell, onRun } = options
  const bin = await binFolder(dir, tools)
  const charts = parts.use(await startChartRepository(join(dir, 'charts'), chartsPort))
  parts.use(await startRegistry(tools.crane, registryAddress))
  const kube = await kubeClient(cluster.kubeconfig)
  parts.use(await startIngress(kube, 'hub', 80))
  const emulator = parts.use(
    await startGitHub({ dir: join(dir, 'github'), port: options.githubPort, limits: options.limits }),
  )
  const people = {
    ada: createPerson(emulator, 'ada', dir),
    bob: createPerson(emulator, 'bob', dir),
    olga: createPerson(emulator, 'olga', dir),
    otto: createPerson(emulator, 'otto', dir),
  }

  const env = {
    REGISTRY: registryAddress,
    CHARTS_DIR: charts.dir,
    CHARTS_URL: chartsUrl,
    PATH: `${bin}:${process.env['PATH']}`,
  }
  tell('publishes the first versions of hub and builder')
  const first = await createUpstreams(emulator, { dir, env, crane: tools.crane })
  const kubeconfigs = await tenants(cluster)
  const files = await createDeployRepo(emulator, first, { ...kubeconfigs, staging: prettyJson(kubeconfigs.staging) })
  tell(`deploys them to ${clusters.join(', ')} by hand`)
  await installByHand(files, kubeconfigs, dir, env)

  // Last: what was there before starts no workflow.
  const runner = parts.use(
    startRunner({
      emulator,
      dir: join(dir, 'runs'),
      tools: { act: tools.act, path: [bin] },
      actions: standIns(projectRoot),
      onRun,
    }),
  )
  return { emulator, runner, kube, people }
}

async function tenants(cluster: Cluster): Promise<Record<ClusterName, string>> {
  const pairs = await Promise.all(clusters.map(async (name) => [name, await tenant(cluster, name)] as const))
  return Object.fromEntries(pairs) as Record<ClusterName, string>
}

/** As some people keep it: GitHub then masks every brace. */
const prettyJson = (kubeconfig: string): string => JSON.stringify(parse(kubeconfig), undefined, 2)
