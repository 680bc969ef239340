import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import type { RehearsalTools } from '../tools/tools.js'
import { imageTar } from './image.js'
import { cniConfig } from './network.js'
import { containerdConfig, type NodePaths, pauseImage } from './node.js'
import { type RunningServer, type ServerRun, untilReady } from './server.js'

/** Starts containerd, with the one image that every pod needs. */
export async function startContainerd(
  node: NodePaths,
  tools: RehearsalTools,
  run: ServerRun,
  servers: RunningServer[],
): Promise<void> {
  await mkdir(node.cniConfigDir, { recursive: true })
  await writeFile(join(node.cniConfigDir, '10-rehearsal.conflist'), cniConfig(join(node.dir, 'ipam')))
  const config = join(node.dir, 'containerd.toml')
  await writeFile(config, containerdConfig(node))
  await run('containerd', tools.containerd, ['--config', config])

  const ctr = (...args: string[]) => execa(tools.ctr, ['--address', node.socket, '--namespace', 'k8s.io', ...args])
  await untilReady('container runtime', servers, () =>
    ctr('version').then(
      () => true,
      () => false,
    ),
  )
  const pause = join(node.dir, 'pause.tar')
  await writeFile(pause, await pauseImageTar(tools.busybox))
  await ctr('images', 'import', pause)
}

/** The container that holds a pod's namespaces and does nothing. */
const pauseImageTar = async (busybox: string): Promise<Uint8Array> =>
  imageTar({
    name: pauseImage,
    files: { '/bin/busybox': await readFile(busybox) },
    entrypoint: ['/bin/busybox', 'sleep', '2147483647'],
  })

/** containerd looks for its shim and runc on PATH. */
export const programPath = (tools: RehearsalTools): string =>
  [dirname(tools['containerd-shim-runc-v2']), dirname(tools.runc), process.env.PATH, '/usr/sbin', '/sbin'].join(':')
