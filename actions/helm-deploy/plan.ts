import type { Outcome } from '../../shared/action/action.js'
import { UserError } from '../../shared/action/errors.js'
import { runKey } from '../../shared/action/facts.js'
import { highest } from '../../shared/infra/types.js'
import { type Role, roles } from '../../shared/policy/types.js'
import type { ClusterPlan } from '../../shared/render/cluster-plan.js'
import { refusalOf } from './blockers.js'
import { describePlan } from './describe.js'
import { commentRoom, describeChanges, summaryRoom } from './describe-changes.js'
import type { Io } from './io.js'
import type { Plan } from './plan-file.js'
import { decideRange, type PlannedCluster, type RangeDecision } from './range.js'
import { collectRange, type RangeContext } from './range-facts.js'
import { openIssue } from './ungated.js'
import { changeOutputs, checkFiles, encryptedFiles, type RenderContext, whatChanges } from './what-changes.js'

export interface PlanContext extends RangeContext, RenderContext {}

type Refused = Extract<RangeDecision, { kind: 'refuse' }>

/**
 * May this run's commit be deployed, where to, and what does it do there? Touches nothing but temporary files.
 *
 * @throws UserError the first thing that stands against it.
 */
export async function plan(context: PlanContext): Promise<Outcome<Io['outputs']>> {
  const { world, target } = context
  await checkFiles(context)

  const decision = decideRange(await collectRange(context))
  if (decision.kind === 'blocked') throw refusalOf(decision.blocker)
  if (decision.kind === 'refuse' && decision.reason === 'not-gated') return ungated(context, decision)
  if (decision.kind === 'refuse') throw new UserError(decision.reason, decision.message, { fix: decision.fix })

  const from = new Map(decision.clusters.map(({ name, from }) => [name, from]))
  const changes = await whatChanges(context, (cluster) => from.get(cluster))

  for (const { name, message, fix } of decision.leftOut) world.log.warning(`${name} is left out. ${message} ${fix}`)
  await world.summary(describePlan(world.run, decision, await encryptedFiles(context)))
  await world.summary(describeChanges(changes, summaryRoom, target))
  const issue = await openIssue(context.github, world.run.repository, context.policy.apps.gate.bot)
  const { finding, outputs } = planned(context, decision.clusters, changes)
  return { finding, outputs: { ...outputs, ungated: String(issue !== undefined) } }
}

/** A refusal as any other, but for the word that an issue has to be opened, for which this job's token is too weak. */
function ungated({ world }: PlanContext, { reason, message, fix }: Refused): Outcome<Io['outputs']> {
  return {
    finding: { decision: 'refused', reason, message, commit: world.run.sha },
    outputs: { ungated: 'true' },
    problem: `${message}\n${fix}`,
  }
}

function planned(
  { world, target }: PlanContext,
  clusters: PlannedCluster[],
  changes: ClusterPlan[],
): Outcome<Io['outputs']> {
  const { sha } = world.run
  const plan: Plan = {
    schema: 1,
    run: runKey(world.run),
    commit: sha,
    clusters: clusters.map(({ name, from }) => ({ name, from })),
  }
  const changed = clusters.filter(({ from }) => from !== sha)
  const tier = highest(changed.map((cluster) => cluster.tier))
  const inRole = (role: Role): string =>
    JSON.stringify(clusters.filter((cluster) => cluster.role === role).map(({ name }) => name))
  const message =
    changed.length === 0
      ? `${sha.slice(0, 7)} is verified on every cluster already.`
      : `${sha.slice(0, 7)} may be deployed to ${changed.map(({ name }) => name).join(', ')}.`
  world.log.info(message)
  return {
    finding: { decision: 'planned', reason: changed.length === 0 ? 'already-there' : 'ok', message, commit: sha },
    outputs: {
      plan: JSON.stringify(plan),
      clusters: JSON.stringify(clusters.map(({ name }) => name)),
      changed: String(changed.length > 0),
      tier: tier === 'none' ? '' : tier,
      ...Object.fromEntries(roles.map((role) => [role, inRole(role)])),
      ...changeOutputs(changes),
      comment: describeChanges(changes, commentRoom, target),
    },
  }
}
