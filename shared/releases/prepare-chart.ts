import { join } from 'node:path'
import type { Runtime } from '../action/runtime.js'
import { allSettledOrThrow } from '../foundation/all-settled.js'
import type { Released } from '../foundation/result.js'
import type { Workspace } from '../foundation/workspace.js'
import type { Policy } from '../policy/policy.js'
import { type ChartCopy, copyChart, fetchDependencies } from './chart.js'
import { checkLock, componentVersions } from './components.js'
import { inputDigest } from './input-digest.js'
import type { ReleaseTarget } from './release-targets.js'
import { filesForDeploy } from './values-files.js'

/** A chart with its dependencies and values, ready for Helm. */
export interface PreparedChart extends Pick<Released, 'inputDigest' | 'components'> {
  chart: string
  /** Absolute paths, in Helm's order. */
  values: string[]
}

interface Source {
  policy: Policy
  workspace: Workspace
  world: Pick<Runtime, 'exec' | 'http'>
}

type Where = Omit<ReleaseTarget, 'kubectl' | 'helm'>

/** What the workspace gives for a release: the chart without its dependencies. */
export interface CopiedChart extends Pick<PreparedChart, 'values'> {
  copy: ChartCopy
}

/**
 * Fetches and checks everything that Helm will be given, and says what it is. Needs no cluster.
 *
 * @throws UserError where the lock file pins other bytes, or a file is missing or still encrypted.
 */
export const prepareChart = async (source: Source, site: Where, temp: string): Promise<PreparedChart> =>
  completeChart(source, site, await copyInputs(source, site, temp))

/** The part of it that asks nobody. @throws UserError where a file is missing or still encrypted. */
export async function copyInputs(
  { workspace }: Pick<Source, 'workspace'>,
  { release, cluster }: Where,
  temp: string,
): Promise<CopiedChart> {
  const values = await filesForDeploy(release, cluster, workspace)
  // Releases may share a chart's folder.
  return { values, copy: await copyChart(workspace, release.chart, join(temp, release.name)) }
}

/** The rest of it. @throws UserError where the lock file pins other bytes. */
export async function completeChart(
  { policy, workspace, world }: Source,
  { release, name, namespace }: Where,
  { values, copy }: CopiedChart,
): Promise<PreparedChart> {
  const chart = await fetchDependencies(world.exec, copy)
  const [, digest, components] = await allSettledOrThrow([
    checkLock(policy, workspace, { release, chart, http: world.http }),
    inputDigest({ release: name, namespace, crds: release.crds, chart, values }),
    componentVersions(policy, workspace),
  ])
  return { chart, values, inputDigest: digest, components }
}
