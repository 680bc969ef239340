/** The part of the rehearsal that runs inside: the cluster, the installation, the scenarios. */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type LocalCluster, startCluster } from './cluster/cluster.js'
import { existingCluster } from './cluster/existing.js'
import { removeTenant } from './cluster/tenant.js'
import type { Installation } from './fixtures/installation.js'
import { clusterHosts, clusterNames } from './fixtures/names.js'
import { nameHosts } from './isolate/inside.js'
import { keepUp } from './keep/keep.js'
import { ForwardTargets } from './keep/port-forward.js'
import { runRehearsal } from './scenarios/rehearsal.js'
import { startTimeline } from './scenarios/timeline.js'
import { whatNext } from './scenarios/what-next.js'
import { scenarioNames } from './scenarios.js'
import { cacheDir } from './tools/cache.js'
import { provideTools, type RehearsalTools } from './tools/tools.js'

await nameHosts(clusterHosts)
const [name = '', keep = '', kubeconfig = '', doors = '', details = ''] = process.argv.slice(2)
const verbose = details === 'true'
const places = doors === '' ? undefined : ForwardTargets.parse(JSON.parse(doors))
const scenario = scenarioNames.find((one) => one === name) ?? 'all'
const dir = await mkdtemp(join(cacheDir(), 'rehearsal-'))
const timeline = startTimeline(process.stdout, verbose)
const tools = await provideTools(() => {})
try {
  await using cluster = await openCluster(kubeconfig, tools)
  const stay = async (installation: Installation): Promise<void> => {
    const stop = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
    await keepUp(installation, cluster, { places, say: console.log, stop })
  }
  const good = await runRehearsal(
    {
      ...{ dir, tools, cluster, scenario, verbose },
      keep: keep === 'true' ? stay : undefined,
      githubPort: places?.ports.github,
    },
    timeline,
  )
  if (keep !== 'true' || !good) console.log(whatNext({ good, verbose }))
  process.exitCode = good ? 0 : 1
} finally {
  timeline.end()
  await rm(dir, { recursive: true, force: true })
}

async function openCluster(kubeconfig: string, tools: RehearsalTools): Promise<LocalCluster> {
  if (kubeconfig === '') {
    timeline.waitFor('a Kubernetes node')
    const log = (what: string): void => timeline.tell({ who: 'cluster', what, detail: true })
    const own = await startCluster({ dir: join(dir, 'cluster'), tools, log })
    timeline.tell({ who: 'cluster', what: 'a Kubernetes node runs on this machine' })
    return own
  }
  const cluster = await existingCluster(kubeconfig, tools.kubectl)
  const remove = async (): Promise<void> => {
    for (const name of clusterNames) await removeTenant(cluster, name)
  }
  return { ...cluster, [Symbol.asyncDispose]: remove }
}
