import type { InputValues } from '../../shared/action/inputs.js'
import type { Runtime } from '../../shared/action/runtime.js'
import { UserError } from '../../shared/foundation/errors.js'
import { workspaceAt } from '../../shared/foundation/workspace.js'
import { withKubeconfig } from '../../shared/kube/kubeconfig.js'
import { kubeconfigSecrets } from '../../shared/kube/kubeconfig-secrets.js'
import { clusterHost, valuesOn } from '../../shared/policy/cluster-values.js'
import type { PlaceholderValues } from '../../shared/policy/placeholders.js'
import type { Cluster, Policy } from '../../shared/policy/policy.js'
import type { ActionOutcome } from '../../shared/runtime/action.js'
import { workspacePolicy } from '../../shared/runtime/workspace-policy.js'
import { checksToRun } from './checks.js'
import { concludeTest } from './conclude.js'
import { type DeployResult, readDeployResult, readRecorded } from './deployed.js'
import { describeTest } from './describe.js'
import type { Io } from './io.js'
import { leftoversIn } from './leftovers.js'
import { probeOf } from './probes/probe.js'
import { hidingLog, redactionOf } from './redaction.js'
import { rolloutQuestion } from './rollout.js'
import { runSmokeChecks } from './smoke-checks.js'
import type { Soak } from './soak.js'
import { findReleases, hasMovedOn, verifyReleases } from './subject.js'
import { worstVerdict } from './verdict.js'

/**
 * Does the new version serve users? Asserts the version first, then the policy's checks; on a pass, and only then, writes
 * what is verified into the cluster.
 *
 * @throws UserError where nothing could be tested: no host, an unknown check, another cluster.
 */
export async function smokeTest(
  inputs: InputValues<Io['inputs']>,
  world: Runtime,
): Promise<ActionOutcome<Io['outputs']>> {
  const workspace = workspaceAt(world.run.workspace)
  const policy = await workspacePolicy(workspace)
  const deployed =
    inputs.mode === 'soak'
      ? readRecorded(inputs['deploy-result'], inputs.cluster)
      : readDeployResult(inputs['deploy-result'], inputs.cluster, world.run)
  const cluster = policy.clusters.find(({ name }) => name === inputs.cluster)
  if (!cluster) {
    throw new UserError('input-invalid', `The policy has no cluster "${inputs.cluster}".`, {
      fix: `Pass one of these as "cluster": ${policy.clusters.map(({ name }) => name).join(', ')}.`,
    })
  }
  const secrets = readSecrets(inputs.secrets)
  const redaction = redactionOf([...Object.values(secrets), ...kubeconfigSecrets(inputs.kubeconfig).parts])
  const values = await valuesOn(policy, cluster, workspace.read, await workspace.list())
  const { namespace } = deployed.releases[0]
  const site: PlaceholderValues = { cluster: cluster.name, host: hostFor(cluster, values), namespace, values, secrets }
  const components = Object.assign({}, ...deployed.releases.map((release) => release.components))
  const asked = checksToRun(policy, components, site)

  return withKubeconfig(inputs.kubeconfig, world.run.temp, async (kubeconfig) => {
    const releases = await findReleases(deployed, { content: inputs.kubeconfig, path: kubeconfig }, world)
    const over = async (): Promise<boolean> => deployed.aim === 'soak' && (await hasMovedOn(releases))
    if (await over()) return movedOn(cluster.name, deployed)
    const ground = { world, kubeconfig, namespace, releases, redaction, leftovers: leftoversIn(world.run.temp) }
    const all = asked.checks.map((check) => probeOf(check, ground))
    const questions = deployed.aim === 'soak' ? all.filter(({ costly }) => !costly) : all
    const limits = {
      version: inputs['rollout-timeout'] ?? 300_000,
      total: inputs.timeout ?? 2_400_000,
      parallel: inputs.concurrency,
      watch: watchFor(policy, inputs),
    }
    const log = hidingLog(world.log, redaction)
    const rollout = rolloutQuestion(releases, limits.version)
    const reports = (await runSmokeChecks({ ...asked, rollout, questions }, limits, { ...world, log })).map(
      (report) => ({
        ...report,
        name: redaction.hide(report.name),
        came: redaction.hide(report.came),
      }),
    )
    const verdict = worstVerdict(reports.map((report) => report.verdict))
    await world.summary(describeTest(cluster.name, verdict, reports))
    if (verdict !== 'pass' && (await over())) return movedOn(cluster.name, deployed)
    if (verdict === 'pass' && deployed.aim === 'verify')
      await verifyReleases(cluster.name, deployed, releases, world.clock.now())
    return concludeTest(cluster.name, deployed, verdict, reports)
  })
}

/** While another revision comes or goes, what the checks show is about neither. */
const movedOn = (cluster: string, { commit, releases }: DeployResult): ActionOutcome<Io['outputs']> => ({
  finding: {
    ...{ decision: 'skipped', reason: 'operation-in-progress', cluster, commit, releases },
    message: `Another upgrade or rollback has begun on ${cluster}: the result of this test no longer applies.`,
  },
  outputs: {},
})

/** The soak after a high-risk change (T3) only alerts: it lasts longer than a job can, and delays nobody. */
function watchFor(policy: Policy, inputs: InputValues<Io['inputs']>): Soak | undefined {
  const time = inputs.tier === '' || inputs.tier === 'T3' ? 0 : policy.soak[inputs.tier]
  if (time === 0) return undefined
  return { time, every: inputs['soak-interval'] ?? 300_000, budget: Number(inputs['soak-failure-budget']) }
}

function hostFor(cluster: Cluster, values: PlaceholderValues['values']): string | undefined {
  const host = clusterHost(cluster, values)
  if (host === undefined || /^[\w.-]+(:\d+)?$|^\[[0-9a-f:]+\](:\d+)?$/i.test(host)) return host
  throw new UserError(
    'target-missing',
    `The host of ${cluster.name} is not a valid host name: ${JSON.stringify(host)}.`,
    {
      fix: 'Correct it in the cluster\'s values, or the path "host" in the policy.',
    },
  )
}

/** The input `secrets`: one `NAME: value` a line. @throws UserError without ever showing a line, which may be a value. */
export function readSecrets(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return Object.fromEntries(
    lines.map((line, index) => {
      const [, name, value] = /^\s*(\w+):\s*(\S.*?)\s*$/.exec(line) ?? []
      if (name !== undefined && value !== undefined) return [name, value]
      throw new UserError('input-invalid', `Line ${index + 1} of the input "secrets" is not "NAME: value".`, {
        fix: 'Write one "NAME: value" per line. If the value is empty, the secret is not set in this environment.',
      })
    }),
  )
}
