import type { Outcome } from '../../shared/action/action.js'
import { UserError } from '../../shared/action/errors.js'
import type { Values } from '../../shared/action/inputs.js'
import { workspaceAt, workspacePolicy } from '../../shared/action/workspace.js'
import type { World } from '../../shared/action/world.js'
import { withKubeconfig } from '../../shared/kube/kubeconfig.js'
import { kubeconfigSecrets } from '../../shared/kube/kubeconfig-secrets.js'
import { hostOf, valuesOn } from '../../shared/policy/cluster-values.js'
import type { Site } from '../../shared/policy/placeholders.js'
import type { Cluster, Policy } from '../../shared/policy/policy.js'
import { askedOf } from './asked.js'
import { questionOf } from './checks/question.js'
import { conclude } from './conclude.js'
import { type Deployed, readDeployed, readRecorded } from './deployed.js'
import { describe } from './describe.js'
import type { Io } from './io.js'
import { leftoversIn } from './leftovers.js'
import { hidingLog, redactionOf } from './redaction.js'
import { rolloutQuestion } from './rollout.js'
import { readSecrets } from './secrets.js'
import { smoke } from './smoke.js'
import { findReleases, hasMovedOn, verify } from './tested.js'
import { worst } from './verdict.js'
import type { Watch } from './watch.js'

/**
 * Does the new version serve users? Asserts the version first, then the policy's checks; on a pass, and only then, writes
 * what is verified into the cluster.
 *
 * @throws UserError where nothing could be tested: no host, an unknown check, another cluster.
 */
export async function smokeTest(inputs: Values<Io['inputs']>, world: World): Promise<Outcome<Io['outputs']>> {
  const workspace = workspaceAt(world.run.workspace)
  const policy = await workspacePolicy(workspace)
  const deployed = inputs.look
    ? readRecorded(inputs.deployed, inputs.cluster)
    : readDeployed(inputs.deployed, inputs.cluster, world.run)
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
  const site: Site = { cluster: cluster.name, host: hostFor(cluster, values), namespace, values, secrets }
  const components = Object.assign({}, ...deployed.releases.map((release) => release.components))
  const asked = askedOf(policy, components, site)

  return withKubeconfig(inputs.kubeconfig, world.run.temp, async (kubeconfig) => {
    const releases = await findReleases(deployed, { content: inputs.kubeconfig, path: kubeconfig }, world)
    const over = async (): Promise<boolean> => deployed.aim === 'look' && (await hasMovedOn(releases))
    if (await over()) return movedOn(cluster.name, deployed)
    const ground = { world, kubeconfig, namespace, releases, redaction, leftovers: leftoversIn(world.run.temp) }
    const all = asked.checks.map((check) => questionOf(check, ground))
    const questions = deployed.aim === 'look' ? all.filter(({ costly }) => !costly) : all
    const limits = {
      version: inputs.deadline ?? 300_000,
      total: inputs.total ?? 2_400_000,
      parallel: inputs.parallel,
      watch: watchFor(policy, inputs),
    }
    const log = hidingLog(world.log, redaction)
    const rollout = rolloutQuestion(releases, limits.version)
    const reports = (await smoke({ ...asked, rollout, questions }, limits, { ...world, log })).map((report) => ({
      ...report,
      name: redaction.hide(report.name),
      came: redaction.hide(report.came),
    }))
    const verdict = worst(reports.map((report) => report.verdict))
    await world.summary(describe(cluster.name, verdict, reports))
    if (verdict !== 'pass' && (await over())) return movedOn(cluster.name, deployed)
    if (verdict === 'pass' && deployed.aim === 'verify')
      await verify(cluster.name, deployed, releases, world.clock.now())
    return conclude(cluster.name, deployed, verdict, reports)
  })
}

/** While another revision comes or goes, what the checks show is about neither. */
const movedOn = (cluster: string, { commit, releases }: Deployed): Outcome<Io['outputs']> => ({
  finding: {
    ...{ decision: 'skipped', reason: 'release-busy', cluster, commit, releases },
    message: `${cluster} is brought to something else: what was deployed there before says nothing any more.`,
  },
  outputs: {},
})

/** The watch after a dangerous change (T3) only alerts: it lasts longer than a job can, and holds up nobody. */
function watchFor(policy: Policy, inputs: Values<Io['inputs']>): Watch | undefined {
  const time = inputs.tier === '' || inputs.tier === 'T3' ? 0 : policy.watch[inputs.tier]
  if (time === 0) return undefined
  return { time, every: inputs['watch-every'] ?? 300_000, budget: Number(inputs['watch-budget']) }
}

function hostFor(cluster: Cluster, values: Site['values']): string | undefined {
  const host = hostOf(cluster, values)
  if (host === undefined || /^[\w.-]+(:\d+)?$|^\[[0-9a-f:]+\](:\d+)?$/i.test(host)) return host
  throw new UserError('target-missing', `The host of ${cluster.name} is no host name: ${JSON.stringify(host)}.`, {
    fix: 'Correct it in the cluster\'s values, or the path "host" in the policy.',
  })
}
