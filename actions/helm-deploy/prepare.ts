import { join } from 'node:path'
import type { Released } from '../../shared/action/result.js'
import { buildChart } from '../../shared/helm/chart.js'
import { checkLock, componentVersions } from '../../shared/helm/components.js'
import { inputDigest } from '../../shared/helm/input-digest.js'
import type { Site } from '../../shared/helm/sites.js'
import { filesForDeploy } from '../../shared/helm/values-files.js'
import type { Context } from './target.js'

/** A chart with its dependencies and values, ready for Helm. */
export interface Package extends Pick<Released, 'inputDigest' | 'components'> {
  chart: string
  values: string[]
}

/** Fetches and checks everything that Helm will be given, and says what it is. Needs no cluster. */
export async function prepare(
  { policy, workspace, world }: Context,
  { release, cluster, name, namespace }: Site,
  temp: string,
): Promise<Package> {
  const values = await filesForDeploy(release, cluster, workspace)
  // Releases may share a chart's folder.
  const chart = await buildChart(world.exec, workspace, release.chart, join(temp, release.name))
  await checkLock(policy, workspace, { release, chart, http: world.http })
  const digest = await inputDigest({ release: name, namespace, crds: release.crds, chart, values })
  return { chart, values, inputDigest: digest, components: await componentVersions(policy, workspace) }
}
