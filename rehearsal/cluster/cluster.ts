import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readIsolation } from '../isolate/inside.js'
import type { RehearsalTools } from '../tools/tools.js'
import { programPath, startContainerd } from './container-runtime.js'
import { apiServer, apiServerArgs, controllerManagerArgs, etcdArgs, schedulerArgs } from './control-plane.js'
import { kubeconfigText, makeCredentials } from './credentials.js'
import { kubectlSays } from './kubectl.js'
import { makeNetwork } from './network.js'
import { kubeletArgs, kubeletConfig, type NodePaths, nodeName } from './node.js'
import { type RunningServer, type ServerRun, startServer, untilReady } from './server.js'
import { stopNode } from './stop-node.js'

/** A Kubernetes cluster to rehearse on. Disposing ends what was started for it. */
export interface LocalCluster extends AsyncDisposable {
  /** Path of an administrator's kubeconfig. */
  kubeconfig: string
  /** URL. */
  apiServer: string
  /** Path of kubectl, of a version that fits. */
  kubectl: string
}

export interface ClusterOptions {
  /** For everything the cluster keeps; made if it is not there, and on a file system that overlays can lie on. */
  dir: string
  tools: RehearsalTools
  /** Told in a few words what has been reached. */
  log?: (reached: string) => void
}

/**
 * Starts a real Kubernetes with one node that runs containers, in about ten seconds. Only inside `isolated()`: its
 * addresses, mounts and cgroups belong to those namespaces, and so do its leftovers should this process be killed.
 *
 * @throws Error with the end of the log of the server that did not start.
 */
export async function startCluster({ dir, tools, log = () => {} }: ClusterOptions): Promise<LocalCluster> {
  const inside = readIsolation()
  if (!inside) throw new Error('startCluster is for programs started by isolated(): it would change the machine')

  const logDir = join(dir, 'log')
  await mkdir(logDir, { recursive: true })
  await makeNetwork(tools.busybox)
  const servers: RunningServer[] = []
  const run = async (name: string, program: string, args: string[]): Promise<void> => {
    const env = { ...process.env, PATH: programPath(tools) }
    servers.push(await startServer(name, program, args, { logDir, env }))
  }
  const node = nodePaths(dir, tools)
  const dispose = async (): Promise<void> => {
    await stopNode(servers, node, tools)
    for (const server of servers.toReversed()) await server.stop()
  }

  try {
    const { kubeconfig, keys, ca } = await startApi(dir, tools, run, servers)
    await startContainerd(node, tools, run, servers)
    log('containerd runs')

    const config = join(dir, 'kubelet.yaml')
    await writeFile(config, kubeletConfig(node, inside.cgroup))
    await run('kube-controller-manager', tools.k8s, controllerManagerArgs(keys, kubeconfig, ca))
    await run('kube-scheduler', tools.k8s, schedulerArgs(keys, kubeconfig))
    const ask = (...args: string[]) => kubectlSays(tools.kubectl, kubeconfig, args)
    await untilReady('API', servers, () => ask('get', '--raw', '/readyz'))
    log('the API server answers')

    await run('kubelet', tools.kubelet, kubeletArgs(node, config, kubeconfig))
    await untilReady('ready node', servers, () =>
      ask('wait', '--for=condition=Ready', `node/${nodeName}`, '--timeout=5s'),
    )
    await untilReady('default service account', servers, () => ask('get', 'serviceaccount', 'default'))
    log('the node is ready')
    return { kubeconfig, apiServer, kubectl: tools.kubectl, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

/** etcd and the API server, up to the certificate that the latter makes: it is all that the others wait for. */
async function startApi(dir: string, tools: RehearsalTools, run: ServerRun, servers: RunningServer[]) {
  const keys = await makeCredentials(dir)
  await run('etcd', tools.k8s, etcdArgs(join(dir, 'etcd')))
  await run('kube-apiserver', tools.k8s, apiServerArgs(keys))

  const ca = join(keys.pki, 'apiserver.crt')
  await untilReady('certificate', servers, async () => existsSync(ca) && existsSync(join(keys.pki, 'apiserver.key')))
  const kubeconfig = join(dir, 'kubeconfig')
  const text = kubeconfigText({ server: apiServer, ca: await readFile(ca, 'utf8'), token: keys.adminToken })
  await writeFile(kubeconfig, text, { mode: 0o600 })
  return { keys, ca, kubeconfig }
}

const nodePaths = (dir: string, tools: RehearsalTools): NodePaths => ({
  dir,
  socket: join(dir, 'containerd.sock'),
  cniDir: tools.cniDir,
  cniConfigDir: join(dir, 'cni'),
})
