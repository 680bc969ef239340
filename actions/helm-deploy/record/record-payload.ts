import type { Result } from '../../../shared/foundation/result.js'
import { runKey } from '../../../shared/foundation/run-facts.js'
import { clusterHost, valuesOn } from '../../../shared/policy/cluster-values.js'
import type { Cluster, Tier } from '../../../shared/policy/policy.js'
import type { DeploymentRecord } from '../../../shared/records/deployments.js'
import type { DeployRepoContext } from '../context.js'

export interface RecordContext extends DeployRepoContext {
  cluster: Cluster
  /** The deploy job's and the smoke test's results; empty if the job was interrupted or they did not arrive. */
  result: string
  smokeResult: string
  /** `toJSON(needs)`: how that job ended; may be empty. */
  jobs: string
  /** The highest tier of what the run brought; undefined where nothing but proven changes is. */
  tier?: Tier | undefined
}

export const recordPayload = (
  { world, cluster }: RecordContext,
  deployed: Result | undefined,
  smoke: Result | undefined,
): DeploymentRecord => ({
  schema: 1,
  cluster: cluster.name,
  run: deployed?.run ?? runKey(world.run),
  commit: world.run.sha,
  releases: deployed?.releases ?? [],
  ...(smoke?.verdict === undefined ? {} : { verdict: smoke.verdict }),
})

export async function publicHost({ policy, workspace, cluster }: RecordContext): Promise<string | undefined> {
  const host = clusterHost(cluster, await valuesOn(policy, cluster, workspace.read, await workspace.list()))
  return host !== undefined && /^[\w.:-]+$/.test(host) ? host : undefined
}
