import { once } from 'node:events'
import { chartsUrl, clusters, hostOf, registryAddress, repos } from '../world/names.js'
import type { World } from '../world/world.js'

/** Says where everything is, and waits for Ctrl-C. The addresses are those of the rehearsal's own network. */
export async function keepUp({ emulator }: World): Promise<void> {
  const lines = [
    `GitHub              ${emulator.url}`,
    ...Object.values(repos).map((repo) => `  git clone         ${emulator.url}/${repo}.git`),
    ...clusters.map((cluster) => `${cluster.padEnd(19)} http://${hostOf(cluster)}/versions`),
    `charts              ${chartsUrl}/index.yaml`,
    `images              http://${registryAddress}/v2/_catalog`,
  ]
  console.log(`\nThe world stays up until Ctrl-C. Inside its network:\n${lines.map((line) => `  ${line}`).join('\n')}`)
  // Something must hold the process: the servers alone may all be idle.
  const awake = setInterval(() => {}, 60_000)
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  clearInterval(awake)
}
