import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isMap, isSeq, parseDocument } from 'yaml'
import type { LocalCluster } from '../cluster/cluster.js'
import { disposableStack } from '../disposables.js'
import type { Installation } from '../fixtures/installation.js'
import { clusterNames, repoNames } from '../fixtures/names.js'
import { shareInside } from './forward.js'
import { type ForwardTargets, forwardNames, forwardSocket } from './port-forward.js'
import { whatToTry } from './what-to-try.js'

/**
 * Keeps everything running until `stop`, and says what to open and, with `people`, what to try.
 *
 * @param places where it can be reached from outside; undefined where there is no outside
 * @param say told the addresses, as lines of text
 */
export async function keepUp(
  { emulator, people }: Pick<Installation, 'emulator'> & Partial<Pick<Installation, 'people'>>,
  cluster: Pick<LocalCluster, 'kubeconfig' | 'apiServer'>,
  { places, say, stop }: { places: ForwardTargets | undefined; say: (text: string) => void; stop: Promise<unknown> },
): Promise<void> {
  const inside = {
    github: endpoint(emulator.url),
    ingress: { host: '127.0.0.1', port: 80 },
    api: endpoint(cluster.apiServer),
  }
  const ports = places?.ports ?? { github: inside.github.port, ingress: inside.ingress.port }
  await using shared = disposableStack()
  let kubeconfig = cluster.kubeconfig
  if (places) {
    for (const name of forwardNames) shared.use(await shareInside(forwardSocket(places, name), inside[name]))
    kubeconfig = join(places.dir, 'kubeconfig')
    const text = fromOutside(await readFile(cluster.kubeconfig, 'utf8'), cluster.apiServer, places.ports.api)
    await writeFile(kubeconfig, text, { mode: 0o600 })
  }
  const github = `http://127.0.0.1:${ports.github}`
  const lines = [
    ['look around', `${github}/_/${repoNames.deploy}`],
    ...Object.values(repoNames).map((repo) => ['', `git clone ${github}/${repo}.git`]),
    // Every name below localhost is this machine, and the ingress looks only at the first word.
    ...clusterNames.map((name) => [name, `http://${name}.localhost:${ports.ingress}/versions`]),
    ['Kubernetes', `kubectl --kubeconfig ${kubeconfig} get pods --all-namespaces`],
  ]
  say(
    `\nWhat to open (everything keeps running until Ctrl-C)\n${lines.map(([name = '', where]) => `  ${name.padEnd(13)}${where}`).join('\n')}`,
  )
  if (people) say(`\n${whatToTry(github, people.ada)}`)
  // Something must hold the process: the servers alone may all be idle.
  const awake = setInterval(() => {}, 60_000)
  await stop
  clearInterval(awake)
}

function endpoint(url: string): { host: string; port: number } {
  const { hostname, port, protocol } = new URL(url)
  return { host: hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) }
}

/** The API server's certificate names only where it really listens. */
function fromOutside(kubeconfig: string, apiServer: string, port: number): string {
  const document = parseDocument(kubeconfig)
  const clusters = document.get('clusters')
  for (const entry of isSeq(clusters) ? clusters.items : []) {
    if (!isMap(entry) || entry.getIn(['cluster', 'server']) !== apiServer) continue
    entry.setIn(['cluster', 'server'], `https://127.0.0.1:${port}`)
    entry.setIn(['cluster', 'tls-server-name'], endpoint(apiServer).host)
  }
  return document.toString()
}
