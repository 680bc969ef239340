import { forbiddingBlockers, readBlockers, refusalOf } from '../../../shared/blocks/blockers.js'
import { allSettledOrThrow } from '../../../shared/foundation/all-settled.js'
import { UserError } from '../../../shared/foundation/errors.js'
import { repoRef } from '../../../shared/github/client.js'
import { helmVersion } from '../../../shared/helm/helm.js'
import { readClusterState } from '../../../shared/records/cluster-state.js'
import { type DeploymentRecord, lastSuccess } from '../../../shared/records/deployments.js'
import { type CopiedChart, completeChart, copyInputs } from '../../../shared/releases/prepare-chart.js'
import type { ReleaseTarget } from '../../../shared/releases/release-targets.js'
import { type DeployFacts, decideDeploy } from './decide.js'
import { keptOnRollback } from './rollback-guard.js'
import type { ObservedRelease, ReadyRelease } from './types.js'
import { refuseIfLocked } from './unlock-release.js'
import type { ReleaseContext } from './with-releases.js'

/**
 * Finds out everything about a cluster's releases before any of them is touched. What does not depend on another is asked at
 * the same time.
 *
 * @param expected the commit that is probably verified there: how this run's lies to it is asked at once.
 * @throws UserError the first thing that stands against one of them.
 */
export async function preflightRelease(
  context: ReleaseContext,
  sites: ReleaseTarget[],
  temp: string,
  expected?: string,
): Promise<ReadyRelease[]> {
  // First, while no program is at work that it would have to wait for.
  const copied: (readonly [ReleaseTarget, CopiedChart])[] = []
  for (const site of sites) copied.push([site, await copyInputs(context, site, temp)])
  const { policy, github, world, cluster, kubeconfig } = context
  const repo = world.run.repository
  const record = lastSuccess({ github, repo, gateBot: policy.apps.gate.bot }, cluster.name)
  const relation = relationOf(context)
  if (expected !== undefined) relation(expected).catch(() => undefined)
  const readyOne = async (site: ReleaseTarget, inputs: CopiedChart): Promise<ObservedRelease> => {
    const [{ identity, verified }, made, latest] = await allSettledOrThrow([
      check(site, kubeconfig, world.run.sha, record, relation),
      completeChart(context, site, inputs),
      site.helm.latest(site.name),
    ])
    return { site, identity, verified, made, latest }
  }
  const readyAll = async (): Promise<ObservedRelease[]> => {
    const all: ObservedRelease[] = []
    // One after the other: two that fetch dependencies would write the same index files in Helm's cache.
    for (const [site, inputs] of copied) all.push(await readyOne(site, inputs))
    return all
  }
  const [, blockers, ready] = await allSettledOrThrow([
    helmVersion(world.exec),
    readBlockers(github, repo, policy),
    readyAll(),
  ])
  // What is verified here may come again, whatever is held and whoever does not answer: that is the way back.
  const changed = ready.find(({ made, verified }) => made.inputDigest !== verified.inputDigest)
  const [blocker] = changed ? await forbiddingBlockers(blockers, changed.made.components, policy, github) : []
  if (blocker) throw refusalOf(blocker)
  for (const one of ready) await refuseIfLocked(context, one)
  const kept: ReadyRelease[] = []
  for (const one of ready) kept.push({ ...one, keep: await keptOnRollback(one, context.workspace) })
  return kept
}

type RelationOf = (commit: string) => Promise<DeployFacts['relation']>

/** Refuses the wrong cluster, and a commit that does not contain what is verified there. */
async function check(
  site: ReleaseTarget,
  kubeconfig: string,
  head: string,
  record: Promise<DeploymentRecord | undefined>,
  relation: RelationOf,
): Promise<Pick<ReadyRelease, 'identity' | 'verified'>> {
  const { cluster, name, namespace, kubectl } = site
  const asked = readClusterState(kubeconfig, kubectl, site).then(async ({ identity, verified }) => ({
    identity,
    verified,
    lies: verified && (await relation(verified.commit)),
  }))
  const [{ identity, verified, lies }, last] = await allSettledOrThrow([asked, record])
  const recorded = last?.releases.find((one) => one.name === name && one.namespace === namespace)?.identity
  const facts = { cluster: cluster.name, release: name, head, recorded, found: identity, verified, relation: lies }
  const decision = decideDeploy(facts)
  if (decision.kind === 'refuse') throw new UserError(decision.reason, decision.message, { fix: decision.fix })
  if (verified) return { identity, verified }
  throw new Error('a cluster without a verified state was let through')
}

/** How this run's commit lies to another one; each is asked about once. */
function relationOf({ github, world }: ReleaseContext): RelationOf {
  const known = new Map<string, ReturnType<RelationOf>>()
  const ask: RelationOf = async (commit) => {
    const basehead = `${commit}...${world.run.sha}`
    const where = { ...repoRef(world.run.repository), basehead, per_page: 1 }
    return (await github.rest.repos.compareCommitsWithBasehead(where)).data.status
  }
  return (commit) => {
    const asked = known.get(commit) ?? ask(commit)
    known.set(commit, asked)
    return asked
  }
}
