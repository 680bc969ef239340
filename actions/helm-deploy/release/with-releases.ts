import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { withKubeconfig } from '../../../shared/kube/kubeconfig.js'
import type { Cluster } from '../../../shared/policy/policy.js'
import { type ReleaseTarget, releaseTargetsOn } from '../../../shared/releases/release-targets.js'
import type { DeployRepoContext } from '../context.js'

export interface ReleaseContext extends DeployRepoContext {
  cluster: Cluster
  /** The file's content. */
  kubeconfig: string
}

/** Runs `body` with every release of a cluster; credentials and temporary files are gone afterwards. */
export async function withReleases<T>(
  { policy, world, cluster, kubeconfig }: ReleaseContext,
  body: (sites: ReleaseTarget[], temp: string) => Promise<T>,
): Promise<T> {
  const temp = await mkdtemp(join(world.run.temp, 'lockstep-deploy-'))
  try {
    return await withKubeconfig(kubeconfig, world.run.temp, (path) =>
      body(releaseTargetsOn(policy, cluster, world.exec, path), temp),
    )
  } finally {
    await rm(temp, { recursive: true, force: true })
  }
}
