import { refusalOf } from '../../../shared/blocks/blockers.js'
import { UserError } from '../../../shared/foundation/errors.js'
import { runKey } from '../../../shared/foundation/run-facts.js'
import { allWaves, type WaveName } from '../../../shared/policy/types.js'
import type { ClusterPlan } from '../../../shared/render/cluster-plan.js'
import { highestTier } from '../../../shared/risk/types.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import { type CommitRangeDecision, decideCommitRange, type PlannedCluster } from '../commits/commit-range.js'
import { type CommitRangeContext, collectCommitRange } from '../commits/commit-range-facts.js'
import { openUnreviewedIssue } from '../commits/unreviewed-commits.js'
import type { Io } from '../io.js'
import { describePlan } from './describe.js'
import { commentRoom, describeChanges, summaryRoom } from './describe-changes.js'
import type { Plan } from './plan-file.js'
import { changeOutputs, checkFiles, encryptedFiles, type RenderContext, renderChanges } from './render-changes.js'

export interface PlanContext extends CommitRangeContext, RenderContext {}

type Refused = Extract<CommitRangeDecision, { kind: 'refuse' }>

/**
 * May this run's commit be deployed, where to, and what does it do there? Touches nothing but temporary files.
 *
 * @throws UserError the first reason against it.
 */
export async function planDeploy(context: PlanContext): Promise<ActionOutcome<Io['outputs']>> {
  const { world, target } = context
  await checkFiles(context)

  const decision = decideCommitRange(await collectCommitRange(context))
  if (decision.kind === 'blocked') throw refusalOf(decision.blocker)
  if (decision.kind === 'refuse' && decision.reason === 'unreviewed-commit') return unreviewed(context, decision)
  if (decision.kind === 'refuse') throw new UserError(decision.reason, decision.message, { fix: decision.fix })

  const from = new Map(decision.clusters.map(({ name, from }) => [name, from]))
  const changes = await renderChanges(context, (cluster) => from.get(cluster))

  for (const { name, message, fix } of decision.leftOut) world.log.warning(`${name} is skipped. ${message} ${fix}`)
  await world.summary(describePlan(world.run, decision, await encryptedFiles(context)))
  await world.summary(describeChanges(changes, summaryRoom, target))
  const issue = await openUnreviewedIssue(context.github, world.run.repository, context.policy.apps.gate.bot)
  const { finding, outputs } = planned(context, decision.clusters, changes)
  return { finding, outputs: { ...outputs, unreviewed: String(issue !== undefined) } }
}

/** A refusal like any other, with an output that tells a later job to open the issue: this job's token may not. */
function unreviewed({ world }: PlanContext, { reason, message, fix }: Refused): ActionOutcome<Io['outputs']> {
  return {
    finding: { decision: 'refused', reason, message, commit: world.run.sha },
    outputs: { unreviewed: 'true' },
    problem: `${message}\n${fix}`,
  }
}

function planned(
  { world, target }: PlanContext,
  clusters: PlannedCluster[],
  changes: ClusterPlan[],
): ActionOutcome<Io['outputs']> {
  const { sha } = world.run
  const plan: Plan = {
    schema: 1,
    run: runKey(world.run),
    commit: sha,
    clusters: clusters.map(({ name, from }) => ({ name, from })),
  }
  const changed = clusters.filter(({ from }) => from !== sha)
  const tier = highestTier(changed.map((cluster) => cluster.tier))
  const inWave = (wave: WaveName): string =>
    JSON.stringify(clusters.filter((cluster) => cluster.wave === wave).map(({ name }) => name))
  const message =
    changed.length === 0
      ? `${sha.slice(0, 7)} is already verified on every cluster.`
      : `${sha.slice(0, 7)} may be deployed to ${changed.map(({ name }) => name).join(', ')}.`
  world.log.info(message)
  return {
    finding: { decision: 'planned', reason: changed.length === 0 ? 'up-to-date' : 'ok', message, commit: sha },
    outputs: {
      plan: JSON.stringify(plan),
      clusters: JSON.stringify(clusters.map(({ name }) => name)),
      changed: String(changed.length > 0),
      tier: tier === 'none' ? '' : tier,
      ...Object.fromEntries(allWaves.map((wave) => [wave, inWave(wave)])),
      ...changeOutputs(changes),
      comment: describeChanges(changes, commentRoom, target),
    },
  }
}
