import { UserError } from '../../shared/foundation/errors.js'
import type { LocalCluster } from './cluster.js'
import { runKubectl } from './kubectl.js'

/**
 * A cluster that the user named by an explicit flag. Nothing is started or ended; whoever makes namespaces on it
 * removes them (see `tenant`).
 *
 * @throws UserError when it does not answer.
 */
export async function existingCluster(kubeconfig: string, program: string): Promise<LocalCluster> {
  const server = await runKubectl(program, kubeconfig, [
    ...['config', 'view', '--minify', '--output', 'jsonpath={.clusters[0].cluster.server}'],
  ]).catch((error: unknown) => {
    throw unreachable(kubeconfig, error)
  })
  await runKubectl(program, kubeconfig, ['get', '--raw', '/readyz', '--request-timeout=10s']).catch(
    (error: unknown) => {
      throw unreachable(kubeconfig, error)
    },
  )
  return { kubeconfig, apiServer: server, kubectl: program, [Symbol.asyncDispose]: async () => {} }
}

const unreachable = (kubeconfig: string, cause: unknown): UserError =>
  new UserError('cluster-unreachable', `The cluster of ${kubeconfig} does not answer.`, {
    fix: `Check it with: kubectl --kubeconfig ${kubeconfig} get nodes. Without the flag a cluster of its own is started.`,
    cause,
  })
