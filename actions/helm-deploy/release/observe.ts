import { allSettledOrThrow } from '../../../shared/foundation/all-settled.js'
import { repoRef } from '../../../shared/github/client.js'
import { readClusterState } from '../../../shared/records/cluster-state.js'
import { lastSuccess } from '../../../shared/records/deployments.js'
import type { ReleaseTarget } from '../../../shared/releases/release-targets.js'
import type { DeployFacts } from './decide.js'
import type { ObservedRelease } from './types.js'
import type { ReleaseContext } from './with-releases.js'

/**
 * What the cluster, Helm and GitHub say about each release before anything is changed. Independent facts are read at the same time.
 *
 * @param expected the commit that is probably verified there: how this run's commit relates to it is read at once.
 */
export async function observeReleases(
  context: ReleaseContext,
  sites: ReleaseTarget[],
  expected?: string,
): Promise<ObservedRelease[]> {
  const { policy, github, world, cluster, kubeconfig } = context
  const record = lastSuccess({ github, repo: world.run.repository, gateBot: policy.apps.gate.bot }, cluster.name)
  const relation = relationOf(context)
  if (expected !== undefined) relation(expected).catch(() => undefined)
  const observe = async (site: ReleaseTarget): Promise<ObservedRelease> => {
    const { name, namespace, kubectl, helm } = site
    const state = readClusterState(kubeconfig, kubectl, site)
    const related = state.then(async ({ verified }) => verified && relation(verified.commit))
    const [{ identity, verified }, relates, last, latest] = await allSettledOrThrow([
      state,
      related,
      record,
      helm.latest(name),
    ])
    const recorded = last?.releases.find((one) => one.name === name && one.namespace === namespace)?.identity
    return { site, identity, recorded, verified, relation: relates, latest }
  }
  return allSettledOrThrow(sites.map(observe))
}

/** How this run's commit relates to another one; each is asked about once. */
function relationOf({ github, world }: ReleaseContext): (commit: string) => Promise<DeployFacts['relation']> {
  const known = new Map<string, Promise<DeployFacts['relation']>>()
  const read = async (commit: string): Promise<DeployFacts['relation']> => {
    const basehead = `${commit}...${world.run.sha}`
    const where = { ...repoRef(world.run.repository), basehead, per_page: 1 }
    return (await github.rest.repos.compareCommitsWithBasehead(where)).data.status
  }
  return (commit) => {
    const asked = known.get(commit) ?? read(commit)
    known.set(commit, asked)
    return asked
  }
}
