import {
  type CopiedChart,
  completeChart,
  copyInputs,
  type PreparedChart,
} from '../../../shared/releases/prepare-chart.js'
import type { ReleaseTarget } from '../../../shared/releases/release-targets.js'
import type { ReleaseContext } from './with-releases.js'

/** A release with the files that its chart is made of. */
export interface CopiedRelease {
  site: ReleaseTarget
  inputs: CopiedChart
}

/** Copies charts and values out of the workspace. It starts no program. @throws UserError where a file is missing or still encrypted. */
export async function copyReleases(
  context: ReleaseContext,
  sites: ReleaseTarget[],
  temp: string,
): Promise<CopiedRelease[]> {
  const copied: CopiedRelease[] = []
  for (const site of sites) copied.push({ site, inputs: await copyInputs(context, site, temp) })
  return copied
}

/** Fetches and checks the dependencies of each chart. @throws UserError where the lock file pins other bytes. */
export async function completeReleases(context: ReleaseContext, copied: CopiedRelease[]): Promise<PreparedChart[]> {
  const charts: PreparedChart[] = []
  // One after the other: two that fetch dependencies would write the same index files in Helm's cache.
  for (const { site, inputs } of copied) charts.push(await completeChart(context, site, inputs))
  return charts
}
