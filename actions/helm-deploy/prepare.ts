import { join } from 'node:path'
import { atOnce } from '../../shared/action/at-once.js'
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
  const [, digest, components] = await atOnce([
    checkLock(policy, workspace, { release, chart, http: world.http }),
    inputDigest({ release: name, namespace, crds: release.crds, chart, values }),
    componentVersions(policy, workspace),
  ])
  return { chart, values, inputDigest: digest, components }
}
