import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Site, sitesOn } from '../../shared/helm/sites.js'
import { withKubeconfig } from '../../shared/kube/kubeconfig.js'
import type { Cluster } from '../../shared/policy/policy.js'
import type { Context } from './target.js'

export interface SiteContext extends Context {
  cluster: Cluster
  /** The file's content. */
  kubeconfig: string
}

/** Runs `body` with every release of a cluster; credentials and temporary files are gone afterwards. */
export async function withSites<T>(
  { policy, world, cluster, kubeconfig }: SiteContext,
  body: (sites: Site[], temp: string) => Promise<T>,
): Promise<T> {
  const temp = await mkdtemp(join(world.run.temp, 'lockstep-deploy-'))
  try {
    return await withKubeconfig(kubeconfig, world.run.temp, (path) =>
      body(sitesOn(policy, cluster, world.exec, path), temp),
    )
  } finally {
    await rm(temp, { recursive: true, force: true })
  }
}
