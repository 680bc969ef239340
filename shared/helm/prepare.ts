import type { Workspace } from '../action/workspace.js'
import type { World } from '../action/world.js'
import type { Cluster, Policy, Release } from '../policy/policy.js'
import { buildChart } from './chart.js'
import { checkLock, componentVersions } from './components.js'
import { inputDigest } from './input-digest.js'
import { filesForDeploy } from './values-files.js'

/** A chart with its dependencies and values, ready for Helm. */
export interface Package {
  chart: string
  /** Absolute paths, in Helm's order. */
  values: string[]
  /** sha256 over chart, dependencies and values, see input-digest.ts. */
  inputDigest: string
  /** Version, or image tag, of every component. */
  components: Record<string, string>
}

interface Source {
  policy: Policy
  workspace: Workspace
  world: Pick<World, 'exec' | 'http'>
}

interface Placed {
  release: Release
  cluster: Cluster
  /** Helm's name of the release. */
  name: string
  namespace: string
}

/**
 * Fetches and checks everything that Helm will be given, and says what it is. Needs no cluster.
 *
 * @throws UserError where the lock file pins other bytes, or a file is missing or still encrypted.
 */
export async function prepare(
  { policy, workspace, world }: Source,
  { release, cluster, name, namespace }: Placed,
  temp: string,
): Promise<Package> {
  const values = await filesForDeploy(release, cluster, workspace)
  const chart = await buildChart(world.exec, workspace, release.chart, temp)
  await checkLock(policy, workspace, { release, chart, http: world.http })
  const digest = await inputDigest({ release: name, namespace, crds: release.crds, chart, values })
  return { chart, values, inputDigest: digest, components: await componentVersions(policy, workspace) }
}
