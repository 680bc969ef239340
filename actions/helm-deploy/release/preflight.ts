import { type Blocker, forbiddingBlockers, readBlockers, refusalOf } from '../../../shared/blocks/blockers.js'
import { allSettledOrThrow } from '../../../shared/foundation/all-settled.js'
import { UserError } from '../../../shared/foundation/errors.js'
import { helmVersion } from '../../../shared/helm/helm.js'
import type { PreparedChart } from '../../../shared/releases/prepare-chart.js'
import type { ReleaseTarget } from '../../../shared/releases/release-targets.js'
import { decideDeploy } from './decide.js'
import { observeReleases } from './observe.js'
import { completeReleases, copyReleases } from './prepare.js'
import { keptOnRollback } from './rollback-guard.js'
import type { AcceptedRelease, ObservedRelease, ReadyRelease } from './types.js'
import { refuseIfLocked } from './unlock-release.js'
import type { ReleaseContext } from './with-releases.js'

/**
 * Observes a cluster's releases, decides whether this run's commit may be deployed, and prepares what Helm will be given, before
 * any release is changed.
 *
 * @param expected the commit that is probably verified there
 * @throws UserError the first reason not to deploy one of them.
 */
export async function preflightReleases(
  context: ReleaseContext,
  sites: ReleaseTarget[],
  temp: string,
  expected?: string,
): Promise<ReadyRelease[]> {
  const { policy, github, world, workspace } = context
  // First, while no program runs that would slow the copying down.
  const copied = await copyReleases(context, sites, temp)
  const [, blockers, observed, charts] = await allSettledOrThrow([
    helmVersion(world.exec),
    readBlockers(github, world.run.repository, policy),
    observeReleases(context, sites, expected).then((all) => all.map((one) => accepted(one, world.run.sha))),
    completeReleases(context, copied),
  ])
  const releases = observed.map((one, index) => ({ ...one, made: charts[index] as PreparedChart }))
  await refuseIfBlocked(context, releases, blockers)
  for (const one of releases) await refuseIfLocked(context, one)
  const ready: ReadyRelease[] = []
  for (const one of releases) ready.push({ ...one, keep: await keptOnRollback(one, workspace) })
  return ready
}

/** The observed release, once nothing forbids the deploy. @throws UserError with the decision's reason. */
function accepted(observed: ObservedRelease, head: string): ObservedRelease & Pick<AcceptedRelease, 'verified'> {
  const { site, identity, recorded, verified, relation } = observed
  const about = { cluster: site.cluster.name, release: site.name, head }
  const decision = decideDeploy({ ...about, recorded, found: identity, verified, relation })
  if (decision.kind === 'refuse') throw new UserError(decision.reason, decision.message, { fix: decision.fix })
  if (verified) return { ...observed, verified }
  throw new Error('a release without a verified state was accepted')
}

/** Verified inputs may be deployed again whatever is blocked or unreachable: that is how a cluster gets back to them. */
async function refuseIfBlocked(
  { policy, github }: ReleaseContext,
  releases: AcceptedRelease[],
  blockers: Blocker[],
): Promise<void> {
  const changed = releases.find(({ made, verified }) => made.inputDigest !== verified.inputDigest)
  const [blocker] = changed ? await forbiddingBlockers(blockers, changed.made.components, policy, github) : []
  if (blocker) throw refusalOf(blocker)
}
