import type { Outcome } from '../../shared/action/action.js'
import { UserError } from '../../shared/action/errors.js'
import type { Values } from '../../shared/action/inputs.js'
import type { Reason, Verdict } from '../../shared/action/result.js'
import { workspaceAt, workspacePolicy } from '../../shared/action/workspace.js'
import type { World } from '../../shared/action/world.js'
import { readIdentity, sameIdentity } from '../../shared/kube/identity.js'
import { withKubeconfig } from '../../shared/kube/kubeconfig.js'
import { kubectlFor } from '../../shared/kube/kubectl.js'
import { clusterValues, type Values as HelmValues, hostOf } from '../../shared/policy/cluster-values.js'
import type { Cluster } from '../../shared/policy/policy.js'
import { readVerified, verifiedBefore, writeVerified } from '../../shared/records/verified.js'
import { type Asked, askedOf, refuseUnsupported } from './asked.js'
import { runCheck } from './check.js'
import { type Deployed, readDeployed } from './deployed.js'
import { describe, line } from './describe.js'
import type { Io } from './io.js'
import { type CheckReport, skipped, worst } from './verdict.js'
import { awaitVersions } from './version.js'

/**
 * Does the new version serve users? Asserts the version first, then the policy's checks; on a pass, and only then, writes
 * what is verified into the cluster.
 *
 * @throws UserError where nothing could be tested: no host, an unknown check, another cluster.
 */
export async function smokeTest(inputs: Values<Io['inputs']>, world: World): Promise<Outcome<Io['outputs']>> {
  const workspace = workspaceAt(world.run.workspace)
  const policy = await workspacePolicy(workspace)
  await refuseUnsupported(policy, workspace)
  const deployed = readDeployed(inputs.deployed, inputs.cluster, world.run)
  const cluster = policy.clusters.find(({ name }) => name === inputs.cluster)
  const [release] = policy.releases
  if (!cluster || !release) {
    throw new UserError('input-invalid', `The policy has no cluster "${inputs.cluster}".`, {
      fix: `Pass one of these as "cluster": ${policy.clusters.map(({ name }) => name).join(', ')}.`,
    })
  }
  const { values } = await clusterValues(release, cluster, workspace.read, await workspace.list())
  const asked = askedOf(policy, deployed.deployment.components, values, hostFor(cluster, values))

  return withKubeconfig(inputs.kubeconfig, world.run.temp, async (path) => {
    const kubectl = kubectlFor(world.exec, path, deployed.namespace)
    const identity = await readIdentity(inputs.kubeconfig, kubectl, deployed.namespace)
    if (!sameIdentity(identity, deployed.deployment.identity)) {
      throw new UserError(
        'wrong-cluster',
        'The kubeconfig leads to another cluster than the one that was deployed to.',
        {
          fix: 'Pass the same secret KUBECONFIG to helm-deploy and smoke-test, in one job.',
        },
      )
    }
    const reports = await test(asked, inputs.deadline ?? 300_000, world)
    const verdict = worst(reports)
    await world.summary(describe(cluster.name, verdict, reports))
    if (verdict === 'pass') {
      const previous = verifiedBefore(await readVerified(kubectl, deployed.release), deployed.run)
      await writeVerified(kubectl, {
        schema: 1,
        cluster: cluster.name,
        release: deployed.release,
        namespace: deployed.namespace,
        revision: deployed.revision,
        commit: deployed.commit,
        inputDigest: deployed.deployment.inputDigest,
        components: deployed.deployment.components,
        run: deployed.run,
        at: world.clock.now().toISOString(),
        ...(previous ? { previous } : {}),
      })
    }
    return conclude(cluster, deployed, verdict, reports)
  })
}

/** The version first: until the new one answers, every other check would be about the old one. */
async function test(asked: Asked, deadline: number, world: World): Promise<CheckReport[]> {
  const tell = (report: CheckReport): CheckReport => {
    world.log.info(line(report))
    return report
  }
  const versions = asked.versions.length > 0 ? [tell(await awaitVersions(asked.versions, deadline, world))] : []
  const left = asked.skipped.map((check) => tell(skipped(check.asked, check.why)))
  if (versions.some(({ verdict }) => verdict !== 'pass')) {
    const why = 'not asked, since the new version does not answer'
    return [...versions, ...left, ...asked.checks.map(({ url }) => tell(skipped(url, why)))]
  }
  const checks = await Promise.all(asked.checks.map(async (check) => tell(await runCheck(check, world))))
  return [...versions, ...checks, ...left]
}

const reasonOf: Record<Exclude<Verdict, 'pass'>, Reason> = {
  flaky: 'smoke-flaky',
  fail: 'smoke-failed',
  inconclusive: 'smoke-inconclusive',
}

const fixOf: Record<Exclude<Verdict, 'pass'>, string> = {
  flaky: 'Run the job again: one clean pass is needed before the next clusters are touched.',
  fail: 'Fix it upstream, or revert the pull request. The next clusters were not touched.',
  inconclusive: "Look at the runner's own network and DNS, then run the job again. The next clusters were not touched.",
}

function conclude(
  cluster: Cluster,
  deployed: Deployed,
  verdict: Verdict,
  reports: CheckReport[],
): Outcome<Io['outputs']> {
  const bad = reports.find((report) => report.verdict === verdict && verdict !== 'pass')
  const message =
    verdict === 'pass'
      ? `${cluster.name} serves the new version: revision ${deployed.revision} is verified.`
      : `${cluster.name}: ${verdict}: ${bad ? `${bad.asked}: ${bad.came}` : 'nothing could be tested'}`
  return {
    finding: {
      decision: verdict === 'pass' ? 'verified' : 'not-verified',
      reason: verdict === 'pass' ? 'ok' : reasonOf[verdict],
      message,
      cluster: cluster.name,
      release: deployed.release,
      namespace: deployed.namespace,
      revision: deployed.revision,
      commit: deployed.commit,
      verdict,
      evidence: reports.map((report) => ({
        kind: 'smoke',
        ok: report.verdict === 'pass' || report.verdict === undefined,
        text: line(report),
      })),
    },
    outputs: { verdict },
    ...(verdict === 'pass' ? {} : { problem: `${message}\n${fixOf[verdict]}` }),
  }
}

function hostFor(cluster: Cluster, values: HelmValues): string | undefined {
  const host = hostOf(cluster, [values])
  if (host === undefined || /^[\w.-]+(:\d+)?$|^\[[0-9a-f:]+\](:\d+)?$/i.test(host)) return host
  throw new UserError('target-missing', `The host of ${cluster.name} is no host name: ${JSON.stringify(host)}.`, {
    fix: 'Correct it in the cluster\'s values, or the path "host" in the policy.',
  })
}
