import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../../shared/foundation/errors.js'
import { checkReferences } from '../../../shared/policy/references.js'
import { filesForPlan } from '../../../shared/releases/values-files.js'
import type { ClusterPlan } from '../../../shared/render/cluster-plan.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import type { DeployRepoContext } from '../context.js'
import type { Io } from '../io.js'
import { planFacts } from './plan-facts.js'
import { planFleet } from './plan-fleet.js'

export interface RenderContext extends DeployRepoContext {
  /** Reads this repository. */
  token: string
  /** Kubernetes version of the clusters, as `1.35`; undefined where nobody said. */
  target: string | undefined
}

/**
 * Every file that the policy names must exist for every cluster, before anything is fetched.
 *
 * @throws UserError `target-missing`
 */
export async function checkFiles({ policy, workspace }: DeployRepoContext): Promise<void> {
  const problems = await checkReferences(policy, workspace.read, workspace.list)
  const [first] = problems
  if (!first) return
  const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`
  throw new UserError('target-missing', `${first.message}${more}`, { fix: first.fix, at: first.at })
}

/**
 * Compares the rendering of every cluster with that of the commit that `baseOf` names for it; those for which it names none
 * are left out.
 */
export async function renderChanges(
  context: RenderContext,
  baseOf: (cluster: string) => string | undefined,
): Promise<ClusterPlan[]> {
  const { policy, world, token, target } = context
  const temp = await mkdtemp(join(world.run.temp, 'lockstep-plan-'))
  try {
    const clusters = policy.clusters.flatMap((cluster) => {
      const base = baseOf(cluster.name)
      return base === undefined ? [] : [{ cluster, base }]
    })
    return await planFleet(context, { clusters, token, target, temp })
  } finally {
    await rm(temp, { recursive: true, force: true })
  }
}

/** Paths of the encrypted files that were rendered with placeholders. */
export async function encryptedFiles({ policy, workspace, world }: DeployRepoContext): Promise<string[]> {
  const all = await Promise.all(
    policy.releases.flatMap((release) => policy.clusters.map((cluster) => filesForPlan(release, cluster, workspace))),
  )
  const files = [...new Set(all.flatMap(({ encrypted }) => encrypted))]
  if (files.length > 0) world.log.info(`Encrypted files, planned with placeholders: ${files.join(', ')}.`)
  return files
}

/** Names of the clusters where anything changes, in wave order. */
export const affectedClusters = (changes: ClusterPlan[]): string[] => [
  ...new Set(changes.filter(({ affected }) => affected).map(({ cluster }) => cluster)),
]

/** The outputs that tell what changes, besides the text for people. */
export const changeOutputs = (changes: ClusterPlan[]): ActionOutcome<Io['outputs']>['outputs'] => ({
  affected: JSON.stringify(affectedClusters(changes)),
  facts: planFacts(changes),
})
