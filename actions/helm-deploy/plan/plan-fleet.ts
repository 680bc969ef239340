import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { atDesks } from '../../../shared/foundation/in-parallel.js'
import type { Workspace } from '../../../shared/foundation/workspace.js'
import { type CommitSource, filesAt } from '../../../shared/git/commit-files.js'
import type { Cluster, Release } from '../../../shared/policy/policy.js'
import { checkLock } from '../../../shared/releases/components.js'
import type { ClusterPlan } from '../../../shared/render/cluster-plan.js'
import type { DiffRoom } from '../../../shared/render/diff.js'
import {
  bothObjectLists,
  type MissingInput,
  missingInput,
  planCluster,
  type RenderSides,
} from '../../../shared/render/plan-cluster.js'
import { type RenderSide, sideAt } from '../../../shared/render/side.js'
import type { DeployRepoContext } from '../context.js'

export interface FleetOptions {
  /** Clusters in wave order, each with the commit that it is compared with. */
  clusters: { cluster: Cluster; base: string }[]
  /** May read the repository. */
  token: string
  /** Kubernetes version, as `1.35`; undefined where nobody said. */
  target: string | undefined
  /** Directory for everything that is thrown away afterwards. */
  temp: string
}

/**
 * What this run's commit changes for every release on every cluster: clusters in the given order, their releases in the
 * policy's. Two clusters are rendered at a time on a machine with two cores, and each rendering overwrites that of the cluster
 * before: memory does not grow with the fleet.
 *
 * @throws UserError the first cluster that cannot be rendered, or bytes of a chart that are not those of the lock file.
 */
export async function planFleet(context: DeployRepoContext, options: FleetOptions): Promise<ClusterPlan[]> {
  const files = await filesOfBases(context, options)
  const plans: ClusterPlan[][] = []
  for (const release of context.policy.releases) plans.push(await planRelease(context, options, release, files))
  return options.clusters.flatMap((_, index) => plans.flatMap((ofRelease) => ofRelease[index] ?? []))
}

/** One plan a cluster, in the same order. */
async function planRelease(
  { world, workspace, policy }: DeployRepoContext,
  { clusters, target, temp }: FleetOptions,
  release: Release,
  files: Map<string, Workspace | MissingInput>,
): Promise<ClusterPlan[]> {
  const folder = join(temp, release.name)
  const head = await sideAt(world.exec, workspace, release, join(folder, 'head'))
  await checkLock(policy, workspace, { release, chart: head.chart, http: world.http })

  const bases = new Map<string, RenderSide | MissingInput>()
  for (const [commit, at] of files) {
    const side =
      'missing' in at ? at : sideAt(world.exec, at, release, join(folder, commit.slice(0, 12))).catch(missingInput)
    bases.set(commit, await side)
  }
  const room = roomFor(clusters.length * policy.releases.length)
  const width = Math.min(availableParallelism(), 4, clusters.length)
  return atDesks(clusters, Array.from({ length: width }, bothObjectLists), async ({ cluster, base }, sheets) => {
    const side = bases.get(base) ?? { missing: 'its commit is unknown' }
    const sides: RenderSides = { base: { commit: base, side }, head }
    return planCluster(sides, cluster, { exec: world.exec, target, room, sheets })
  })
}

/** Usually all clusters have the same commit. */
async function filesOfBases(
  { world, workspace }: DeployRepoContext,
  { clusters, token, temp }: FleetOptions,
): Promise<Map<string, Workspace | MissingInput>> {
  const source: CommitSource = { exec: world.exec, run: world.run, workspace, token }
  const found = new Map<string, Workspace | MissingInput>()
  for (const commit of new Set(clusters.map(({ base }) => base))) {
    found.set(commit, await filesAt(source, commit, temp).catch(missingInput))
  }
  return found
}

/** All plans share one page, so each of many gets less of it. */
const roomFor = (plans: number): DiffRoom => ({
  perObject: 120,
  total: Math.min(60_000, Math.max(4_000, Math.floor(500_000 / Math.max(1, plans)))),
})
