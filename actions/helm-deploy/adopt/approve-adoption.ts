import { operatorsOf, showOperators } from '../../../shared/duty/operators.js'
import { MissingPermission, UserError } from '../../../shared/foundation/errors.js'
import { runKey } from '../../../shared/foundation/run-facts.js'
import type { Cluster } from '../../../shared/policy/policy.js'
import {
  type AdoptionApproval,
  endAdoptionApprovals,
  readAdoptionApprovals,
  recordAdoptionApproval,
} from '../../../shared/records/adoption-approvals.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import type { DeployRepoContext } from '../context.js'
import type { Io } from '../io.js'
import type { Plan } from '../plan/plan-file.js'
import { approvalsCountFor, decideAdoptionApprovals } from './adoption-approvals.js'
import { describeWaiting } from './describe.js'

/**
 * Counts the approvals of two operators for adopting one cluster at this run's commit, as the gate App: the first is recorded
 * and ends the run, after the second the job that holds the cluster's key runs. Safe to repeat.
 *
 * @throws UserError `not-operator` for everybody else, also where they re-run an operator's run.
 */
export async function approveAdoption(
  context: DeployRepoContext & { cluster: Cluster },
): Promise<ActionOutcome<Io['outputs']>> {
  const { policy, github, world, cluster } = context
  const { sha: commit, actor, repository: repo } = world.run
  const standingOf = operatorsOf(github, policy)
  const standing = await standingOf(actor)
  if (standing === 'unknown') throw new MissingPermission('members: read', `see who is in ${showOperators(policy)}`)
  if (standing !== 'operator') throw notOperator(context, actor)

  const place = { github, repo, gateBot: policy.apps.gate.bot }
  const now = world.clock.now()
  const words: AdoptionApproval[] = []
  for (const word of await readAdoptionApprovals(place, cluster.name, new Date(now.getTime() - approvalsCountFor))) {
    if ((await standingOf(word.operator)) === 'operator') words.push(word)
  }
  const decision = decideAdoptionApprovals({ operator: actor, commit, now, words })
  if (decision.say) {
    const word = { schema: 1, cluster: cluster.name, commit, operator: actor, run: runKey(world.run) } as const
    await recordAdoptionApproval(place, word)
  } else {
    await endAdoptionApprovals(place, words, actor)
  }

  const finding = { cluster: cluster.name, commit, reason: 'ok' } as const
  if (decision.kind === 'approved') {
    const message = `${decision.other} and ${actor} approved the adoption of ${cluster.name} at ${commit.slice(0, 7)}.`
    world.log.info(message)
    const plan: Plan = { schema: 1, run: runKey(world.run), commit, clusters: [{ name: cluster.name, from: commit }] }
    return {
      finding: { ...finding, decision: 'approved', message },
      outputs: { approved: 'true', plan: JSON.stringify(plan) },
    }
  }
  const waiting = describeWaiting({ repo, cluster: cluster.name, commit, operator: actor, ...decision })
  world.log.info(waiting.message)
  await world.summary(waiting.summary)
  return {
    finding: { ...finding, decision: 'waiting', reason: 'approval-required', message: waiting.message },
    outputs: { approved: 'false' },
  }
}

const notOperator = ({ policy, world }: DeployRepoContext, actor: string): UserError =>
  new UserError(
    'not-operator',
    `${JSON.stringify(actor)} is not an operator: an adoption needs the approvals of two.`,
    {
      fix: `Ask an operator to start the workflow: ${showOperators(policy)} (${world.run.serverUrl}/${world.run.repository}/actions/workflows/adopt.yml).`,
    },
  )
