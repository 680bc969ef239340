import type { Outcome } from '../../shared/action/action.js'
import { UserError } from '../../shared/action/errors.js'
import { runKey } from '../../shared/action/facts.js'
import type { Finding } from '../../shared/action/result.js'
import type { World } from '../../shared/action/world.js'
import type { GitHub } from '../../shared/github/client.js'
import { type Helm, helmFor } from '../../shared/helm/helm.js'
import { collectFacts, diagnose } from '../../shared/kube/diagnosis.js'
import { type Identity, readIdentity, sameIdentity } from '../../shared/kube/identity.js'
import { withKubeconfig } from '../../shared/kube/kubeconfig.js'
import { type Kubectl, kubectlFor } from '../../shared/kube/kubectl.js'
import { withoutAddresses } from '../../shared/kube/messages.js'
import type { Cluster, Policy } from '../../shared/policy/policy.js'
import { namespaceOf, releaseName, theRelease } from '../../shared/policy/the-release.js'
import { refuseIfBusy, writeWork } from '../../shared/records/at-work.js'
import { endingsOf, endingsOn, lastSuccess } from '../../shared/records/deployments.js'
import { causeToGoBack } from '../../shared/records/going-back.js'
import { readVerified, type VerifiedState } from '../../shared/records/verified.js'
import { askedState } from './asked-state.js'
import { decideCluster } from './decide.js'
import { describeCluster } from './describe.js'
import type { Io } from './io.js'
import type { Order } from './order.js'

export interface ClusterContext {
  policy: Policy
  /** Reads this repository. */
  github: GitHub
  world: World
  cluster: Cluster
  /** The file's content. */
  kubeconfig: string
  /** By hand; undefined after a deploy that failed. */
  order: Order | undefined
}

/**
 * Brings one cluster back to the revision that was verified before this run, if a cluster of this run failed for a reason
 * that the change is to blame for; by hand, to what was asked for. smoke-test must follow: only what serves users is verified again. Never uninstalls.
 */
export async function rollBackCluster(context: ClusterContext): Promise<Outcome<Io['outputs']>> {
  const { policy, github, world, cluster, kubeconfig, order } = context
  const place = { github, repo: world.run.repository, gateApp: policy.apps.gate }
  const optional = policy.clusters.filter((one) => one.optional).map(({ name }) => name)
  if (!order && !causeToGoBack(await endingsOf(place, world.run.sha, runKey(world.run)), optional)) {
    return ended(context, {
      decision: 'nothing_to_roll_back',
      reason: 'already-there',
      message: `Nothing that failed in this run is the change's fault: ${cluster.name} stays as it is.`,
      commit: world.run.sha,
    })
  }

  const release = theRelease(policy)
  const [name, namespace] = [releaseName(release, cluster), namespaceOf(release, cluster)]
  return withKubeconfig(kubeconfig, world.run.temp, async (path) => {
    const kubectl = kubectlFor(world.exec, path, namespace)
    const helm = await helmFor(world.exec, path, namespace)
    const identity = await readIdentity(kubeconfig, kubectl, namespace)
    const record = await lastSuccess(place, cluster.name)
    if (record?.identity && !sameIdentity(record.identity, identity)) throw elsewhere(cluster)

    const verified = await readVerified(kubectl, name)
    const history = await helm.history(name)
    const asked = order && askedState({ order, release: name, identity, history }, await endingsOn(place, cluster.name))
    const decision = decideCluster({ cluster: cluster.name, run: runKey(world.run), verified, history, asked })
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
        await refuseIfBusy({ kubectl, github, run: world.run, release: name }, decision.latest)
        await writeWork(kubectl, name, { schema: 1, run: runKey(world.run), revision: decision.latest.revision + 1 })
        return rollBack(context, { helm, kubectl, identity, timeout: release.timeout }, decision.target)
    }
  })
}

interface Tools {
  helm: Helm
  kubectl: Kubectl
  identity: Identity
  timeout: number
}

async function rollBack(
  context: ClusterContext,
  { helm, kubectl, identity, timeout }: Tools,
  target: VerifiedState,
): Promise<Outcome<Io['outputs']>> {
  const { world, cluster } = context
  const since = world.clock.now()
  world.log.info(
    `Brings ${target.release} on ${cluster.name} back to revision ${target.revision} (${target.commit.slice(0, 7)}).`,
  )
  const { code, stderr } = await helm.rollback(target.release, target.revision, timeout)
  if (world.cancelled.aborted) throw new Error('cancelled')
  const latest = await helm.latest(target.release)
  if (code === 0 && latest) return back(context, target, latest.revision, identity, 'ok')

  const { cause, details } = diagnose(await collectFacts(kubectl, target.release, since))
  const said = withoutAddresses(stderr).replace(/\s+/g, ' ').trim().slice(-600)
  const evidence = [`Helm: ${said}`, ...details].map((text) => ({ kind: 'diagnosis', ok: false, text }))
  const message = `${cluster.name} could not be brought back to revision ${target.revision}: ${cause ?? said}`
  return ended(
    context,
    { decision: 'rollback_failed', reason: 'rollback-failed', message, commit: world.run.sha, evidence },
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
  { world, cluster }: ClusterContext,
  finding: Finding,
  fix?: string,
): Promise<Outcome<Io['outputs']>> {
  const { message, decision, commit, revision } = finding
  world.log.info(message)
  await world.summary(describeCluster(cluster.name, finding, fix))
  return {
    finding: { ...finding, cluster: cluster.name },
    outputs: {
      'rolled-back': String(decision === 'rolled_back'),
      commit,
      ...(revision === undefined ? {} : { revision: String(revision) }),
    },
    ...(fix === undefined ? {} : { problem: `${message}\n${fix}` }),
  }
}

const elsewhere = ({ name }: Cluster): UserError =>
  new UserError('wrong-cluster', `The kubeconfig does not lead to ${name} as it was recorded.`, {
    fix: `Put the kubeconfig of ${name} into the secret KUBECONFIG of its environment.`,
  })
