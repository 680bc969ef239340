/** The part of the rehearsal that runs inside: the cluster, the world, the story. */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Cluster, startCluster } from './cluster/cluster.js'
import { existingCluster } from './cluster/existing.js'
import { removeTenant } from './cluster/tenant.js'
import { nameHosts } from './isolate/inside.js'
import { Places } from './keep/doors.js'
import { keepUp } from './keep/keep.js'
import { scenarios } from './scenarios.js'
import { rehearse } from './story/rehearsal.js'
import { startTimeline } from './story/timeline.js'
import { cacheDir } from './tools/cache.js'
import { provideTools, type Tools } from './tools/tools.js'
import { clusters, hosts } from './world/names.js'
import type { World } from './world/world.js'

await nameHosts(hosts)
const [name = '', keep = '', kubeconfig = '', doors = ''] = process.argv.slice(2)
const places = doors === '' ? undefined : Places.parse(JSON.parse(doors))
const scenario = scenarios.find((one) => one === name) ?? 'all'
const dir = await mkdtemp(join(cacheDir(), 'rehearsal-'))
const timeline = startTimeline(process.stdout)
const tools = await provideTools(() => {})
try {
  await using cluster = await openCluster(kubeconfig, tools)
  const stay = async (world: World): Promise<void> => {
    const stop = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
    await keepUp(world, cluster, { places, say: console.log, stop })
  }
  const good = await rehearse(
    { dir, tools, cluster, scenario, keep: keep === 'true' ? stay : undefined, githubPort: places?.ports.github },
    timeline,
  )
  process.exitCode = good ? 0 : 1
} finally {
  timeline.end()
  await rm(dir, { recursive: true, force: true })
}

async function openCluster(kubeconfig: string, tools: Tools): Promise<Cluster> {
  if (kubeconfig === '') {
    const log = (what: string): void => timeline.tell({ who: 'cluster', what })
    return startCluster({ dir: join(dir, 'cluster'), tools, log })
  }
  const cluster = await existingCluster(kubeconfig, tools.kubectl)
  const remove = async (): Promise<void> => {
    for (const name of clusters) await removeTenant(cluster, name)
  }
  return { ...cluster, [Symbol.asyncDispose]: remove }
}
