import { dirname, join } from 'node:path'
import type { Runtime } from '../../../shared/action/runtime.js'
import { allSettledOrThrow } from '../../../shared/foundation/all-settled.js'
import { UserError } from '../../../shared/foundation/errors.js'
import type { Released, ResultFields } from '../../../shared/foundation/result.js'
import { runKey } from '../../../shared/foundation/run-facts.js'
import type { Workspace } from '../../../shared/foundation/workspace.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { helmVersion, type Revision } from '../../../shared/helm/helm.js'
import { collectDiagnosis, diagnoseCluster } from '../../../shared/kube/diagnosis.js'
import { type Identity, sameIdentity } from '../../../shared/kube/identity.js'
import { withKubeconfig } from '../../../shared/kube/kubeconfig.js'
import { withoutAddresses } from '../../../shared/kube/messages.js'
import type { Cluster, Policy } from '../../../shared/policy/policy.js'
import { readClusterState } from '../../../shared/records/cluster-state.js'
import { type DeploymentRecord, type Ending, endingsOn, lastSuccess } from '../../../shared/records/deployments.js'
import { refuseIfInProgress } from '../../../shared/records/release-lock.js'
import { type Verified, type VerifiedState, verifiedAt, verifiedBefore } from '../../../shared/records/verified.js'
import { readBack } from '../../../shared/releases/read-back.js'
import { type ReleaseTarget, releaseTargetsOn } from '../../../shared/releases/release-targets.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import { describeCluster } from '../describe.js'
import type { Io } from '../io.js'
import type { RollbackRequest } from '../rollback-request.js'
import { combineOutcomes, type ReleaseEnd } from './combine-outcomes.js'
import { decideCluster } from './decide.js'
import { type FailureCause, failureCauseOf } from './failure-cause.js'
import { decideFeasibility, type Feasibility, type RollbackTarget } from './feasibility.js'
import { helmRollback } from './helm-rollback.js'
import { requestedState } from './requested-state.js'

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
  world: Runtime
  cluster: Cluster
  /** The file's content. */
  kubeconfig: string
  /** By hand; undefined after a deploy that failed. */
  order: RollbackRequest | undefined
}

/**
 * Rolls the releases of one cluster back to what was verified before this run, if a cluster of this run failed because of
 * the change; by hand, to what was requested. smoke-test must follow: only what serves users is verified
 * again. Never uninstalls.
 */
export async function rollBackCluster(context: ClusterContext): Promise<ActionOutcome<Io['outputs']>> {
  const { world, cluster, order } = context
  const cause: FailureCause | undefined = order ? { text: order.reason, recorded: true } : await failureCauseOf(context)
  if (cause) return rollBackFor(cause, context)
  return ended(context, {
    decision: 'nothing-to-roll-back',
    reason: 'up-to-date',
    message: `The change caused no failure in this run: ${cluster.name} is not rolled back.`,
    commit: world.run.sha,
  })
}

/** The same, whatever the deployment records say of this run. */
export async function rollBackFor(cause: FailureCause, context: ClusterContext): Promise<ActionOutcome<Io['outputs']>> {
  const { policy, github, world, cluster, kubeconfig, order } = context
  const place = { github, repo: world.run.repository, gateBot: policy.apps.gate.bot }
  world.log.info(`Rolling back. Cause: ${cause.text.replace(/\s+/g, ' ')}`)
  return withKubeconfig(kubeconfig, world.run.temp, async (path) => {
    const sites = releaseTargetsOn(policy, cluster, world.exec, path)
    const records = allSettledOrThrow([
      cause.recorded ? lastSuccess(place, cluster.name) : undefined,
      order ? endingsOn(place, cluster.name) : [],
    ])
    // Users wait, so that nothing waits here for what it does not need.
    const [, looks] = await allSettledOrThrow([helmVersion(world.exec), lookAt(context, sites, records, dirname(path))])
    // The releases belong together: where one cannot be rolled back, none is touched.
    const stuck = looks.filter(({ decision }) => decision.kind === 'not-reversible')
    const ends: ReleaseEnd[] = []
    // What was deployed last is rolled back first.
    for (const look of (stuck.length > 0 ? stuck : looks).toReversed()) ends.unshift(await goBack(context, look))
    const { fix, ...finding } = combineOutcomes(ends, world.run.sha)
    return ended(context, finding, fix)
  })
}

/** What was found out about one release before any of them is touched. */
interface Look {
  site: ReleaseTarget
  identity: Identity
  decision: Feasibility
}

/**
 * @param remembered what GitHub knows of the cluster: its last success, and its endings, newest first, only where something
 * was asked for.
 * @param temp folder for files that may hold secrets.
 * @throws UserError where it is another cluster, or another operation is in progress on a release to roll back.
 */
async function lookAt(
  context: ClusterContext,
  sites: ReleaseTarget[],
  remembered: Promise<readonly [DeploymentRecord | undefined, Ending[]]>,
  temp: string,
): Promise<Look[]> {
  const { github, world, cluster, order } = context
  const run = runKey(world.run)
  const found = await allSettledOrThrow(sites.map((site) => find(context, site, remembered)))
  const [, endings] = await remembered
  const before = found.flatMap(({ verified }) => verifiedBefore(verified, run)?.commit ?? [])
  const commit = await oldestIssue(github, world.run.repository, before)
  const looks: Look[] = []
  for (const { site, identity, verified, history } of found) {
    const asked = order && requestedState({ order, release: site.name, identity, history }, endings)
    const known = asked ? verified : verifiedAt(verified, run, commit)
    const decided = decideCluster({ cluster: cluster.name, run, verified: known, history, asked })
    if (decided.kind === 'roll-back' || decided.kind === 'redeploy') {
      await refuseIfInProgress({ kubectl: site.kubectl, github, run: world.run, release: site.name }, decided.latest)
    }
    const decision = await decideFeasibility(context, site, decided, history, join(temp, site.release.name))
    looks.push({ site, identity, decision })
  }
  return looks
}

/** What the cluster says of one release. @throws UserError `cluster-identity-mismatch` */
async function find(
  { kubeconfig, cluster }: ClusterContext,
  site: ReleaseTarget,
  remembered: Promise<readonly [DeploymentRecord | undefined, Ending[]]>,
): Promise<Omit<Look, 'decision'> & { verified: Verified | undefined; history: Revision[] }> {
  const { kubectl, helm, name, namespace } = site
  const [[last], { identity, verified }, history] = await allSettledOrThrow([
    remembered,
    readClusterState(kubeconfig, kubectl, site),
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
      return { decision: 'irreversible', reason, message: `${site.name}: ${message}`, fix }
    }
    case 'nothing': {
      const { revision, commit } = decision.target
      const message = `${cluster.name} was not changed: it still runs the verified ${site.name} revision ${revision} (${commit.slice(0, 7)}).`
      const released = releasedAs(look, decision.target, revision)
      return { decision: 'nothing-to-roll-back', reason: 'up-to-date', message, commit, released }
    }
    case 'restored':
      return back(context, look, decision.target, decision.revision, 'up-to-date')
    case 'roll-back':
    case 'redeploy':
      return rollBack(context, look, decision)
  }
}

async function rollBack(context: ClusterContext, look: Look, way: RollbackTarget): Promise<ReleaseEnd> {
  const { world, cluster } = context
  const { target } = way
  const since = world.clock.now()
  const how = way.kind === 'redeploy' ? `rebuilt from ${target.commit.slice(0, 7)}` : target.commit.slice(0, 7)
  world.log.info(`Rolling ${target.release} on ${cluster.name} back to revision ${target.revision} (${how}).`)
  const { code, stderr, revision } = await helmRollback(look.site, way, world)
  if (world.cancelled.aborted) throw new Error('cancelled')
  // Helm says so only after everything it waited for.
  if (code === 0) return back(context, look, target, revision, 'ok')
  const { latest, unreadable } = await readBack(look.site)
  // That its answer was lost changes nothing.
  if (latest?.status === 'deployed' && latest.revision === revision) return back(context, look, target, revision, 'ok')

  const { cause, details } = diagnoseCluster(await collectDiagnosis(look.site.kubectl, target.release, since))
  const said = withoutAddresses(stderr).replace(/\s+/g, ' ').trim().slice(-600)
  return {
    ...{ decision: 'rollback-failed', reason: unreadable ?? 'rollback-failed' },
    message: `${cluster.name} could not be rolled back to ${target.release} revision ${target.revision}: ${cause ?? said}`,
    evidence: [`Helm: ${said}`, ...details].map((text) => ({ kind: 'diagnosis', ok: false, text })),
    fix: `Somebody with access to ${cluster.name} must inspect it now: helm history ${target.release}, kubectl get pods. Re-run this job to try again.`,
  }
}

function back(
  { cluster }: ClusterContext,
  look: Look,
  target: VerifiedState,
  revision: number,
  reason: 'ok' | 'up-to-date',
): ReleaseEnd {
  const { commit, release } = target
  const message = `${cluster.name} was rolled back to ${release} revision ${target.revision} (${commit.slice(0, 7)}), as revision ${revision}. The smoke test checks next whether it serves users.`
  return { decision: 'rolled-back', reason, message, commit, released: releasedAs(look, target, revision) }
}

const releasedAs = (
  { identity }: Look,
  { release, namespace, inputDigest, components }: VerifiedState,
  revision: number,
): Released => ({ name: release, namespace, revision, identity, inputDigest, components })

async function ended(
  { policy, world, cluster }: ClusterContext,
  finding: ResultFields,
  fix?: string,
): Promise<ActionOutcome<Io['outputs']>> {
  const runbook = fix === undefined ? undefined : policy.runbook
  const { message, decision, commit } = finding
  world.log.info(message)
  await world.summary(describeCluster(cluster.name, finding, fix, runbook))
  return {
    finding: { ...finding, cluster: cluster.name },
    outputs: { 'rolled-back': String(decision === 'rolled-back'), commit },
    ...(fix === undefined ? {} : { problem: [message, fix, ...(runbook ? [`Runbook: ${runbook}`] : [])].join('\n') }),
  }
}

const elsewhere = ({ name }: Cluster): UserError =>
  new UserError('cluster-identity-mismatch', `The kubeconfig is for another cluster than the recorded ${name}.`, {
    fix: `Put the kubeconfig of ${name} into the secret KUBECONFIG of its environment.`,
  })

/** Of commits on one line the one that all others contain; asks nothing where they are the same. Undefined for none. */
export async function oldestIssue(github: GitHub, repo: string, commits: string[]): Promise<string | undefined> {
  const [first, ...others] = new Set(commits)
  let found = first
  for (const commit of others) {
    const where = { ...repoRef(repo), basehead: `${found}...${commit}`, per_page: 1 }
    const { data } = await github.rest.repos.compareCommitsWithBasehead(where)
    if (data.status === 'behind') found = commit
  }
  return found
}
