import { readFile } from 'node:fs/promises'
import { execa } from 'execa'
import type { RehearsalTools } from '../tools/tools.js'
import type { NodePaths } from './node.js'
import { pollUntil } from './poll.js'
import type { RunningServer } from './server.js'

/** Ends the kubelet first, or it would start again what is ended next: the containers. Then their mounts go. */
export async function stopNode(servers: RunningServer[], node: NodePaths, tools: RehearsalTools): Promise<void> {
  await servers.find((server) => server.name === 'kubelet')?.stop()

  const containerd = servers.find((server) => server.name === 'containerd')
  if (containerd && containerd.ended() === undefined) await endContainers(node, tools)
  await containerd?.stop()

  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '')
  const ours = mounts.filter((mount) => mount.startsWith(`${node.dir}/`) || mount.startsWith('/run/netns/cni-'))
  for (const mount of ours.toReversed()) await execa(tools.busybox, ['umount', '-l', mount], { reject: false })
}

async function endContainers(node: NodePaths, tools: RehearsalTools): Promise<void> {
  const tasks = (...args: string[]) =>
    execa(tools.ctr, ['--address', node.socket, '--namespace', 'k8s.io', 'tasks', ...args], { reject: false })
  // A task that is removed takes its shim with it; it can be removed once it has ended.
  await pollUntil(
    async () => {
      const left = (await tasks('ls', '--quiet')).stdout.split('\n').filter(Boolean)
      await Promise.all(left.map((task) => tasks('kill', '--signal', 'SIGKILL', task)))
      await Promise.all(left.map((task) => tasks('rm', '--force', task)))
      return left.length === 0
    },
    { deadline: 10_000, every: 100 },
  )
}
