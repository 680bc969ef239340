import { execa } from 'execa'

/** Kubernetes' own service address, the first of the service range: put on loopback, it is the API server's address. */
export const apiAddress = '10.96.0.1'
export const serviceRange = '10.96.0.0/16'

export const nodeAddress = '10.88.0.1'
export const bridgeName = 'cni0'

/**
 * The addresses the cluster uses. There is no kube-proxy: pods reach the API server because their default route leads
 * to the bridge, where its service address is local. No other way leads out, so a missing image fails at once.
 */
export async function makeNetwork(busybox: string): Promise<void> {
  const ip = (...args: string[]) => execa(busybox, ['ip', ...args])
  const there = await execa(busybox, ['ip', 'link', 'show', bridgeName], { reject: false })
  if (there.exitCode === 0) return
  await ip('link', 'add', bridgeName, 'type', 'bridge')
  await ip('addr', 'add', `${nodeAddress}/24`, 'dev', bridgeName)
  await ip('link', 'set', bridgeName, 'up')
  await ip('addr', 'add', `${apiAddress}/32`, 'dev', 'lo')
}

/** Pods' addresses on the bridge; the node's programs reach them directly. */
export const cniConfig = (dataDir: string): string =>
  JSON.stringify({
    cniVersion: '1.0.0',
    name: 'rehearsal',
    plugins: [
      {
        type: 'bridge',
        bridge: bridgeName,
        isGateway: true,
        ipMasq: false,
        ipam: {
          type: 'host-local',
          dataDir,
          ranges: [[{ subnet: '10.88.0.0/24', rangeStart: '10.88.0.10' }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
    ],
  })
