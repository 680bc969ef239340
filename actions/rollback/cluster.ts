import type { Outcome } from '../../shared/action/action.js'
import { UserError } from '../../shared/action/errors.js'
import { runKey } from '../../shared/action/facts.js'
import type { Finding, Released } from '../../shared/action/result.js'
import type { World } from '../../shared/action/world.js'
import type { GitHub } from '../../shared/github/client.js'
import { oldest } from '../../shared/github/oldest.js'
import { helmVersion } from '../../shared/helm/helm.js'
import { type Site, sitesOn } from '../../shared/helm/sites.js'
import { collectFacts, diagnose } from '../../shared/kube/diagnosis.js'
import { type Identity, readIdentity, sameIdentity } from '../../shared/kube/identity.js'
import { withKubeconfig } from '../../shared/kube/kubeconfig.js'
import { withoutAddresses } from '../../shared/kube/messages.js'
import type { Cluster, Policy } from '../../shared/policy/policy.js'
import { refuseIfBusy, writeWork } from '../../shared/records/at-work.js'
import { type DeploymentRecord, endingsOf, lastSuccess } from '../../shared/records/deployments.js'
import { causeToGoBack } from '../../shared/records/going-back.js'
import {
  readVerified,
  type Verified,
  type VerifiedState,
  verifiedAt,
  verifiedBefore,
} from '../../shared/records/verified.js'
import { type ClusterDecision, decideCluster } from './decide.js'
import { describeCluster } from './describe.js'
import type { Io } from './io.js'
import { type ReleaseEnd, together } from './together.js'

export interface ClusterContext {
  policy: Policy
  /** Reads this repository. */
  github: GitHub
  world: World
  cluster: Cluster
  /** The file's content. */
  kubeconfig: string
}

/**
 * Brings the releases of one cluster back to what was verified before this run, if a cluster of this run failed for a reason
 * that the change is to blame for. smoke-test must follow: only what serves users is verified again. Never uninstalls.
 */
export async function rollBackCluster(context: ClusterContext): Promise<Outcome<Io['outputs']>> {
  const { policy, github, world, cluster, kubeconfig } = context
  const place = { github, repo: world.run.repository, gateApp: policy.apps.gate }
  const optional = policy.clusters.filter((one) => one.optional).map(({ name }) => name)
  const cause = causeToGoBack(await endingsOf(place, world.run.sha, runKey(world.run)), optional)
  if (!cause) {
    return ended(context, {
      decision: 'nothing_to_roll_back',
      reason: 'already-there',
      message: `Nothing that failed in this run is the change's fault: ${cluster.name} stays as it is.`,
      commit: world.run.sha,
    })
  }

  return withKubeconfig(kubeconfig, world.run.temp, async (path) => {
    await helmVersion(world.exec)
    const sites = sitesOn(policy, cluster, world.exec, path)
    const looks = await lookAt(context, sites, await lastSuccess(place, cluster.name))
    // What was deployed last goes back first. The releases belong together: where one cannot go back, none is touched.
    const stuck = looks.flatMap(({ decision }) => (decision.kind === 'not-reversible' ? [stays(decision)] : []))
    const ends: ReleaseEnd[] = []
    if (stuck.length === 0) for (const look of looks.toReversed()) ends.unshift(await goBack(context, look))
    const { fix, ...finding } = together(stuck.length > 0 ? stuck : ends, world.run.sha)
    return ended(context, finding, fix)
  })
}

/** What was found out about one release before any of them is touched. */
interface Look {
  site: Site
  identity: Identity
  decision: ClusterDecision
}

/** @throws UserError where it is another cluster, or somebody is at work on a release that has to go back. */
async function lookAt(context: ClusterContext, sites: Site[], record: DeploymentRecord | undefined): Promise<Look[]> {
  const { github, world, cluster } = context
  const run = runKey(world.run)
  const found: (Omit<Look, 'decision'> & { verified: Verified | undefined })[] = []
  for (const site of sites) {
    const identity = await readIdentity(context.kubeconfig, site.kubectl, site.namespace)
    const recorded = record?.releases.find(({ name, namespace }) => name === site.name && namespace === site.namespace)
    if (recorded && !sameIdentity(recorded.identity, identity)) throw elsewhere(cluster)
    found.push({ site, identity, verified: await readVerified(site.kubectl, site.name) })
  }
  const before = found.flatMap(({ verified }) => verifiedBefore(verified, run)?.commit ?? [])
  const commit = await oldest(github, world.run.repository, before)
  const looks: Look[] = []
  for (const { site, identity, verified } of found) {
    const history = await site.helm.history(site.name)
    const decision = decideCluster({ cluster: cluster.name, run, verified: verifiedAt(verified, run, commit), history })
    if (decision.kind === 'roll-back') {
      await refuseIfBusy({ kubectl: site.kubectl, github, run: world.run, release: site.name }, decision.latest)
    }
    looks.push({ site, identity, decision })
  }
  return looks
}

const stays = ({ reason, message, fix }: Extract<ClusterDecision, { kind: 'not-reversible' }>): ReleaseEnd => ({
  ...{ decision: 'not_reversible', reason, message, fix },
})

async function goBack(context: ClusterContext, look: Look): Promise<ReleaseEnd> {
  const { site, decision } = look
  const { cluster, world } = context
  switch (decision.kind) {
    case 'not-reversible':
      return stays(decision)
    case 'nothing': {
      const { revision, commit } = decision.target
      const message = `${cluster.name} was not touched: it has ${site.name} revision ${revision} (${commit.slice(0, 7)}) as verified.`
      const released = releasedAs(look, decision.target, revision)
      return { decision: 'nothing_to_roll_back', reason: 'already-there', message, commit, released }
    }
    case 'restored':
      return back(context, look, decision.target, decision.revision, 'already-there')
    case 'roll-back': {
      const work = { schema: 1, run: runKey(world.run), revision: decision.latest.revision + 1 } as const
      await writeWork(site.kubectl, site.name, work)
      return rollBack(context, look, decision.target)
    }
  }
}

async function rollBack(context: ClusterContext, look: Look, target: VerifiedState): Promise<ReleaseEnd> {
  const { world, cluster } = context
  const { helm, kubectl, release } = look.site
  const since = world.clock.now()
  world.log.info(
    `Brings ${target.release} on ${cluster.name} back to revision ${target.revision} (${target.commit.slice(0, 7)}).`,
  )
  const { code, stderr } = await helm.rollback(target.release, target.revision, release.timeout)
  if (world.cancelled.aborted) throw new Error('cancelled')
  const latest = await helm.latest(target.release)
  if (code === 0 && latest) return back(context, look, target, latest.revision, 'ok')

  const { cause, details } = diagnose(await collectFacts(kubectl, target.release, since))
  const said = withoutAddresses(stderr).replace(/\s+/g, ' ').trim().slice(-600)
  return {
    ...{ decision: 'rollback_failed', reason: 'rollback-failed' },
    message: `${cluster.name} could not be brought back to ${target.release} revision ${target.revision}: ${cause ?? said}`,
    evidence: [`Helm: ${said}`, ...details].map((text) => ({ kind: 'diagnosis', ok: false, text })),
    fix: `Somebody with access to ${cluster.name} has to look now: helm history ${target.release}, kubectl get pods. Running this job again tries once more.`,
  }
}

function back(
  { cluster }: ClusterContext,
  look: Look,
  target: VerifiedState,
  revision: number,
  reason: 'ok' | 'already-there',
): ReleaseEnd {
  const { commit, release } = target
  const message = `${cluster.name} has ${release} revision ${target.revision} (${commit.slice(0, 7)}) again, as revision ${revision}; whether it serves users, the smoke test says.`
  return { decision: 'rolled_back', reason, message, commit, released: releasedAs(look, target, revision) }
}

const releasedAs = (
  { identity }: Look,
  { release, namespace, inputDigest, components }: VerifiedState,
  revision: number,
): Released => ({ name: release, namespace, revision, identity, inputDigest, components })

async function ended(
  { world, cluster }: ClusterContext,
  finding: Finding,
  fix?: string,
): Promise<Outcome<Io['outputs']>> {
  const { message, decision, commit } = finding
  world.log.info(message)
  await world.summary(describeCluster(cluster.name, finding, fix))
  return {
    finding: { ...finding, cluster: cluster.name },
    outputs: { 'rolled-back': String(decision === 'rolled_back'), commit },
    ...(fix === undefined ? {} : { problem: `${message}\n${fix}` }),
  }
}

const elsewhere = ({ name }: Cluster): UserError =>
  new UserError('wrong-cluster', `The kubeconfig does not lead to ${name} as it was recorded.`, {
    fix: `Put the kubeconfig of ${name} into the secret KUBECONFIG of its environment.`,
  })
