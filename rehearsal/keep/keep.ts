import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cluster } from '../cluster/cluster.js'
import { disposables } from '../disposables.js'
import { clusters, repos } from '../world/names.js'
import type { World } from '../world/world.js'
import { doorNames, doorSocket, type Places } from './doors.js'
import { shareInside } from './forward.js'

/**
 * Leaves the world up until `stop`, and says where everything is.
 *
 * @param places where it can be reached from outside; undefined where there is no outside
 * @param say told the addresses, as lines of text
 */
export async function keepUp(
  { emulator }: Pick<World, 'emulator'>,
  cluster: Pick<Cluster, 'kubeconfig' | 'apiServer'>,
  { places, say, stop }: { places: Places | undefined; say: (text: string) => void; stop: Promise<unknown> },
): Promise<void> {
  const inside = { github: port(emulator.url), ingress: 80, api: port(cluster.apiServer) }
  const ports = places?.ports ?? inside
  await using shared = disposables()
  let kubeconfig = cluster.kubeconfig
  if (places) {
    for (const name of doorNames) shared.use(await shareInside(doorSocket(places, name), inside[name]))
    kubeconfig = join(places.dir, 'kubeconfig')
    const text = await readFile(cluster.kubeconfig, 'utf8')
    const outside = `https://127.0.0.1:${ports.api}`
    await writeFile(kubeconfig, text.replaceAll(cluster.apiServer, outside), { mode: 0o600 })
  }
  const github = `http://127.0.0.1:${ports.github}`
  const lines = [
    ['look around', `${github}/_/${repos.deploy}`],
    ...Object.values(repos).map((repo) => ['', `git clone ${github}/${repo}.git`]),
    // Every name below localhost is this machine, and the ingress looks only at the first word.
    ...clusters.map((name) => [name, `http://${name}.localhost:${ports.ingress}/versions`]),
    ['Kubernetes', `kubectl --kubeconfig ${kubeconfig} get pods --all-namespaces`],
  ]
  say(
    `\nThe world stays up until Ctrl-C:\n${lines.map(([name = '', where]) => `  ${name.padEnd(13)}${where}`).join('\n')}`,
  )
  // Something must hold the process: the servers alone may all be idle.
  const awake = setInterval(() => {}, 60_000)
  await stop
  clearInterval(awake)
}

const port = (url: string): number => Number(new URL(url).port)
