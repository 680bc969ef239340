import { join } from 'node:path'
import { atOnce } from '../action/at-once.js'
import type { Released } from '../action/result.js'
import type { Workspace } from '../action/workspace.js'
import type { World } from '../action/world.js'
import type { Policy } from '../policy/policy.js'
import { buildChart } from './chart.js'
import { checkLock, componentVersions } from './components.js'
import { inputDigest } from './input-digest.js'
import type { Site } from './sites.js'
import { filesForDeploy } from './values-files.js'

/** A chart with its dependencies and values, ready for Helm. */
export interface Package extends Pick<Released, 'inputDigest' | 'components'> {
  chart: string
  /** Absolute paths, in Helm's order. */
  values: string[]
}

interface Source {
  policy: Policy
  workspace: Workspace
  world: Pick<World, 'exec' | 'http'>
}

/**
 * Fetches and checks everything that Helm will be given, and says what it is. Needs no cluster.
 *
 * @throws UserError where the lock file pins other bytes, or a file is missing or still encrypted.
 */
export async function prepare(
  { policy, workspace, world }: Source,
  { release, cluster, name, namespace }: Omit<Site, 'kubectl' | 'helm'>,
  temp: string,
): Promise<Package> {
  const values = await filesForDeploy(release, cluster, workspace)
  // Releases may share a chart's folder.
  const chart = await buildChart(world.exec, workspace, release.chart, join(temp, release.name))
  const [, digest, components] = await atOnce([
    checkLock(policy, workspace, { release, chart, http: world.http }),
    inputDigest({ release: name, namespace, crds: release.crds, chart, values }),
    componentVersions(policy, workspace),
  ])
  return { chart, values, inputDigest: digest, components }
}
