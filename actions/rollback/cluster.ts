import { dirname, join } from 'node:path'
import type { Outcome } from '../../shared/action/action.js'
import { UserError } from '../../shared/action/errors.js'
import { runKey } from '../../shared/action/facts.js'
import type { Finding } from '../../shared/action/result.js'
import type { Workspace } from '../../shared/action/workspace.js'
import type { World } from '../../shared/action/world.js'
import type { GitHub } from '../../shared/github/client.js'
import { helmFor } from '../../shared/helm/helm.js'
import { readBack } from '../../shared/helm/read-back.js'
import { collectFacts, diagnose } from '../../shared/kube/diagnosis.js'
import { type Identity, readIdentity, sameIdentity } from '../../shared/kube/identity.js'
import { withKubeconfig } from '../../shared/kube/kubeconfig.js'
import { kubectlFor } from '../../shared/kube/kubectl.js'
import { withoutAddresses } from '../../shared/kube/messages.js'
import type { Cluster, Policy } from '../../shared/policy/policy.js'
import { namespaceOf, releaseName, theRelease } from '../../shared/policy/the-release.js'
import { refuseIfBusy } from '../../shared/records/at-work.js'
import { lastSuccess } from '../../shared/records/deployments.js'
import { readVerified, type VerifiedState } from '../../shared/records/verified.js'
import { bring, type WayBack } from './bring.js'
import { causeOf } from './cause.js'
import { decideCluster } from './decide.js'
import { describeCluster } from './describe.js'
import type { Io } from './io.js'
import { judge, type Site } from './judge.js'

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
}

/**
 * Brings one cluster back to the revision that was verified before this run, if a cluster of this run failed for a reason
 * that the change is to blame for. smoke-test must follow: only what serves users is verified again. Never uninstalls.
 */
export async function rollBackCluster(context: ClusterContext): Promise<Outcome<Io['outputs']>> {
  const { policy, github, world, cluster, kubeconfig } = context
  const place = { github, repo: world.run.repository, gateApp: policy.apps.gate }
  const cause = await causeOf(context)
  if (!cause) {
    return ended(context, {
      decision: 'nothing_to_roll_back',
      reason: 'already-there',
      message: `Nothing that failed in this run is the change's fault: ${cluster.name} stays as it is.`,
      commit: world.run.sha,
    })
  }

  world.log.info(`Goes back because of ${cause.text.replace(/\s+/g, ' ')}`)
  const release = theRelease(policy)
  const [name, namespace] = [releaseName(release, cluster), namespaceOf(release, cluster)]
  return withKubeconfig(kubeconfig, world.run.temp, async (path) => {
    const kubectl = kubectlFor(world.exec, path, namespace)
    const helm = await helmFor(world.exec, path, namespace)
    const identity = await readIdentity(kubeconfig, kubectl, namespace)
    const record = cause.recorded ? await lastSuccess(place, cluster.name) : undefined
    if (record?.identity && !sameIdentity(record.identity, identity)) throw elsewhere(cluster)
    // Where GitHub does not say which cluster this is, its own memory has to.
    const verified = await readVerified(kubectl, name)
    if (verified && verified.cluster !== cluster.name) throw elsewhere(cluster)
    const history = await helm.history(name)
    const decided = decideCluster({ cluster: cluster.name, run: runKey(world.run), verified, history })
    if (decided.kind === 'roll-back' || decided.kind === 'redeploy') {
      await refuseIfBusy({ kubectl, github, run: world.run, release: name }, decided.latest)
    }
    const site: Site = { cluster, release, name, namespace, kubectl, helm }
    const decision = await judge(context, site, decided, history, join(dirname(path), release.name))
    switch (decision.kind) {
      case 'not-reversible': {
        const { reason, message, fix } = decision
        return ended(context, { decision: 'not_reversible', reason, message, commit: world.run.sha }, fix)
      }
      case 'nothing': {
        const message = `${cluster.name} was not touched: it has revision ${decision.target.revision} (${decision.target.commit.slice(0, 7)}) as verified.`
        return ended(context, {
          decision: 'nothing_to_roll_back',
          reason: 'already-there',
          message,
          commit: decision.target.commit,
        })
      }
      case 'restored':
        return back(context, decision.target, decision.revision, identity, 'already-there')
      case 'roll-back':
      case 'redeploy':
        return rollBack(context, site, identity, decision)
    }
  })
}

async function rollBack(
  context: ClusterContext,
  site: Site,
  identity: Identity,
  way: WayBack,
): Promise<Outcome<Io['outputs']>> {
  const { world, cluster } = context
  const { target } = way
  const since = world.clock.now()
  world.log.info(
    `Brings ${target.release} on ${cluster.name} back to revision ${target.revision} (${target.commit.slice(0, 7)})${way.kind === 'redeploy' ? ', from its commit' : ''}.`,
  )
  const { code, stderr, revision } = await bring(site, way, world.run)
  if (world.cancelled.aborted) throw new Error('cancelled')
  const { latest, unreadable } = await readBack(site.helm, target.release)
  // Helm says so only after everything it waited for: that its own answer was lost changes nothing.
  const isBack = code === 0 || (latest?.status === 'deployed' && latest.revision === revision)
  if (isBack) return back(context, target, revision, identity, 'ok')

  const { cause, details } = diagnose(await collectFacts(site.kubectl, target.release, since))
  const said = withoutAddresses(stderr).replace(/\s+/g, ' ').trim().slice(-600)
  const evidence = [`Helm: ${said}`, ...details].map((text) => ({ kind: 'diagnosis', ok: false, text }))
  const message = `${cluster.name} could not be brought back to revision ${target.revision}: ${cause ?? said}`
  return ended(
    context,
    { decision: 'rollback_failed', reason: unreadable ?? 'rollback-failed', message, commit: world.run.sha, evidence },
    `Somebody with access to ${cluster.name} has to look now: helm history ${target.release}, kubectl get pods. Running this job again tries once more.`,
  )
}

function back(
  context: ClusterContext,
  target: VerifiedState,
  revision: number,
  identity: Identity,
  reason: 'ok' | 'already-there',
): Promise<Outcome<Io['outputs']>> {
  const { commit, release, namespace, inputDigest, components } = target
  const message = `${context.cluster.name} has revision ${target.revision} (${commit.slice(0, 7)}) again, as revision ${revision}; whether it serves users, the smoke test says.`
  const deployment = { identity, inputDigest, components }
  return ended(context, { decision: 'rolled_back', reason, message, commit, release, namespace, revision, deployment })
}

async function ended(
  { policy, world, cluster }: ClusterContext,
  finding: Finding,
  fix?: string,
): Promise<Outcome<Io['outputs']>> {
  const runbook = fix === undefined ? undefined : policy.runbook
  const { message, decision, commit, revision } = finding
  world.log.info(message)
  await world.summary(describeCluster(cluster.name, finding, fix, runbook))
  return {
    finding: { ...finding, cluster: cluster.name },
    outputs: {
      'rolled-back': String(decision === 'rolled_back'),
      commit,
      ...(revision === undefined ? {} : { revision: String(revision) }),
    },
    ...(fix === undefined ? {} : { problem: [message, fix, ...(runbook ? [`Runbook: ${runbook}`] : [])].join('\n') }),
  }
}

const elsewhere = ({ name }: Cluster): UserError =>
  new UserError('wrong-cluster', `The kubeconfig does not lead to ${name} as it was recorded.`, {
    fix: `Put the kubeconfig of ${name} into the secret KUBECONFIG of its environment.`,
  })
