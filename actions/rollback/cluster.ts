import { dirname, join } from 'node:path'
import type { Outcome } from '../../shared/action/action.js'
import { atOnce } from '../../shared/action/at-once.js'
import { UserError } from '../../shared/action/errors.js'
import { runKey } from '../../shared/action/facts.js'
import type { Finding, Released } from '../../shared/action/result.js'
import type { Workspace } from '../../shared/action/workspace.js'
import type { World } from '../../shared/action/world.js'
import type { GitHub } from '../../shared/github/client.js'
import { oldest } from '../../shared/github/oldest.js'
import { helmVersion, type Revision } from '../../shared/helm/helm.js'
import { readBack } from '../../shared/helm/read-back.js'
import { type Site, sitesOn } from '../../shared/helm/sites.js'
import { collectFacts, diagnose } from '../../shared/kube/diagnosis.js'
import { type Identity, sameIdentity } from '../../shared/kube/identity.js'
import { withKubeconfig } from '../../shared/kube/kubeconfig.js'
import { withoutAddresses } from '../../shared/kube/messages.js'
import type { Cluster, Policy } from '../../shared/policy/policy.js'
import { refuseIfBusy } from '../../shared/records/at-work.js'
import { type DeploymentRecord, type Ending, endingsOn, lastSuccess } from '../../shared/records/deployments.js'
import { readStanding } from '../../shared/records/standing.js'
import { type Verified, type VerifiedState, verifiedAt, verifiedBefore } from '../../shared/records/verified.js'
import { askedState } from './asked-state.js'
import { bring } from './bring.js'
import { type Cause, causeOf } from './cause.js'
import { decideCluster } from './decide.js'
import { describeCluster } from './describe.js'
import type { Io } from './io.js'
import { type Judged, judge, type WayBack } from './judge.js'
import type { Order } from './order.js'
import { type ReleaseEnd, together } from './together.js'

export interface ClusterContext {
  policy: Policy
  /** Reads this repository. */
  github: GitHub
  /** Of the same. */
  token: string
  /** `toJSON(needs)` of the workflow, for a time when GitHub does not answer. */
  jobs: string
  /** The checkout of this run. */
  workspace: Workspace
  world: World
  cluster: Cluster
  /** The file's content. */
  kubeconfig: string
  /** By hand; undefined after a deploy that failed. */
  order: Order | undefined
}

/**
 * Brings the releases of one cluster back to what was verified before this run, if a cluster of this run failed for a reason
 * that the change is to blame for; by hand, to what was asked for. smoke-test must follow: only what serves users is verified
 * again. Never uninstalls.
 */
export async function rollBackCluster(context: ClusterContext): Promise<Outcome<Io['outputs']>> {
  const { world, cluster, order } = context
  const cause: Cause | undefined = order ? { text: order.reason, recorded: true } : await causeOf(context)
  if (cause) return rollBackFor(cause, context)
  return ended(context, {
    decision: 'nothing_to_roll_back',
    reason: 'already-there',
    message: `Nothing that failed in this run is the change's fault: ${cluster.name} stays as it is.`,
    commit: world.run.sha,
  })
}

/** The same, whatever the deployment records say of this run. */
export async function rollBackFor(cause: Cause, context: ClusterContext): Promise<Outcome<Io['outputs']>> {
  const { policy, github, world, cluster, kubeconfig, order } = context
  const place = { github, repo: world.run.repository, gateBot: policy.apps.gate.bot }
  world.log.info(`Goes back because of ${cause.text.replace(/\s+/g, ' ')}`)
  return withKubeconfig(kubeconfig, world.run.temp, async (path) => {
    const sites = sitesOn(policy, cluster, world.exec, path)
    const records = atOnce([
      cause.recorded ? lastSuccess(place, cluster.name) : undefined,
      order ? endingsOn(place, cluster.name) : [],
    ])
    // Users wait, so that nothing waits here for what it does not need.
    const [, looks] = await atOnce([helmVersion(world.exec), lookAt(context, sites, records, dirname(path))])
    // The releases belong together: where one cannot go back, none is touched.
    const stuck = looks.filter(({ decision }) => decision.kind === 'not-reversible')
    const ends: ReleaseEnd[] = []
    // What was deployed last goes back first.
    for (const look of (stuck.length > 0 ? stuck : looks).toReversed()) ends.unshift(await goBack(context, look))
    const { fix, ...finding } = together(ends, world.run.sha)
    return ended(context, finding, fix)
  })
}

/** What was found out about one release before any of them is touched. */
interface Look {
  site: Site
  identity: Identity
  decision: Judged
}

/**
 * @param remembered what GitHub knows of the cluster: its last success, and its endings, newest first, only where something
 * was asked for.
 * @param temp folder for files that may hold secrets.
 * @throws UserError where it is another cluster, or somebody is at work on a release that has to go back.
 */
async function lookAt(
  context: ClusterContext,
  sites: Site[],
  remembered: Promise<readonly [DeploymentRecord | undefined, Ending[]]>,
  temp: string,
): Promise<Look[]> {
  const { github, world, cluster, order } = context
  const run = runKey(world.run)
  const found = await atOnce(sites.map((site) => find(context, site, remembered)))
  const [, endings] = await remembered
  const before = found.flatMap(({ verified }) => verifiedBefore(verified, run)?.commit ?? [])
  const commit = await oldest(github, world.run.repository, before)
  const looks: Look[] = []
  for (const { site, identity, verified, history } of found) {
    const asked = order && askedState({ order, release: site.name, identity, history }, endings)
    const known = asked ? verified : verifiedAt(verified, run, commit)
    const decided = decideCluster({ cluster: cluster.name, run, verified: known, history, asked })
    if (decided.kind === 'roll-back' || decided.kind === 'redeploy') {
      await refuseIfBusy({ kubectl: site.kubectl, github, run: world.run, release: site.name }, decided.latest)
    }
    const decision = await judge(context, site, decided, history, join(temp, site.release.name))
    looks.push({ site, identity, decision })
  }
  return looks
}

/** What the cluster says of one release. @throws UserError `wrong-cluster` */
async function find(
  { kubeconfig, cluster }: ClusterContext,
  site: Site,
  remembered: Promise<readonly [DeploymentRecord | undefined, Ending[]]>,
): Promise<Omit<Look, 'decision'> & { verified: Verified | undefined; history: Revision[] }> {
  const { kubectl, helm, name, namespace } = site
  const [[last], { identity, verified }, history] = await atOnce([
    remembered,
    readStanding(kubeconfig, kubectl, site),
    helm.history(name),
  ])
  const recorded = last?.releases.find((one) => one.name === name && one.namespace === namespace)
  if (recorded && !sameIdentity(recorded.identity, identity)) throw elsewhere(cluster)
  // Where GitHub does not say which cluster this is, its own memory has to.
  if (verified && verified.cluster !== cluster.name) throw elsewhere(cluster)
  return { site, identity, verified, history }
}

async function goBack(context: ClusterContext, look: Look): Promise<ReleaseEnd> {
  const { site, decision } = look
  const { cluster } = context
  switch (decision.kind) {
    case 'not-reversible': {
      const { reason, message, fix } = decision
      return { decision: 'not_reversible', reason, message: `${site.name}: ${message}`, fix }
    }
    case 'nothing': {
      const { revision, commit } = decision.target
      const message = `${cluster.name} was not touched: it has ${site.name} revision ${revision} (${commit.slice(0, 7)}) as verified.`
      const released = releasedAs(look, decision.target, revision)
      return { decision: 'nothing_to_roll_back', reason: 'already-there', message, commit, released }
    }
    case 'restored':
      return back(context, look, decision.target, decision.revision, 'already-there')
    case 'roll-back':
    case 'redeploy':
      return rollBack(context, look, decision)
  }
}

async function rollBack(context: ClusterContext, look: Look, way: WayBack): Promise<ReleaseEnd> {
  const { world, cluster } = context
  const { target } = way
  const since = world.clock.now()
  const how = way.kind === 'redeploy' ? `made again from ${target.commit.slice(0, 7)}` : target.commit.slice(0, 7)
  world.log.info(`Brings ${target.release} on ${cluster.name} back to revision ${target.revision} (${how}).`)
  const { code, stderr, revision } = await bring(look.site, way, world)
  if (world.cancelled.aborted) throw new Error('cancelled')
  // Helm says so only after everything it waited for.
  if (code === 0) return back(context, look, target, revision, 'ok')
  const { latest, unreadable } = await readBack(look.site)
  // That its answer was lost changes nothing.
  if (latest?.status === 'deployed' && latest.revision === revision) return back(context, look, target, revision, 'ok')

  const { cause, details } = diagnose(await collectFacts(look.site.kubectl, target.release, since))
  const said = withoutAddresses(stderr).replace(/\s+/g, ' ').trim().slice(-600)
  return {
    ...{ decision: 'rollback_failed', reason: unreadable ?? 'rollback-failed' },
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
  { policy, world, cluster }: ClusterContext,
  finding: Finding,
  fix?: string,
): Promise<Outcome<Io['outputs']>> {
  const runbook = fix === undefined ? undefined : policy.runbook
  const { message, decision, commit } = finding
  world.log.info(message)
  await world.summary(describeCluster(cluster.name, finding, fix, runbook))
  return {
    finding: { ...finding, cluster: cluster.name },
    outputs: { 'rolled-back': String(decision === 'rolled_back'), commit },
    ...(fix === undefined ? {} : { problem: [message, fix, ...(runbook ? [`Runbook: ${runbook}`] : [])].join('\n') }),
  }
}

const elsewhere = ({ name }: Cluster): UserError =>
  new UserError('wrong-cluster', `The kubeconfig does not lead to ${name} as it was recorded.`, {
    fix: `Put the kubeconfig of ${name} into the secret KUBECONFIG of its environment.`,
  })
