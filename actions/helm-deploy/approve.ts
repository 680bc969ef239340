import type { Outcome } from '../../shared/action/action.js'
import { MissingPermission, UserError } from '../../shared/action/errors.js'
import { runKey } from '../../shared/action/facts.js'
import { operatorsOf, showOperators } from '../../shared/duty/operators.js'
import type { Cluster } from '../../shared/policy/policy.js'
import { endWords, giveWord, readWords, type Word } from '../../shared/records/adoption-words.js'
import { describeWaiting } from './describe.js'
import type { Io } from './io.js'
import type { Plan } from './plan-file.js'
import type { Context } from './target.js'
import { decideWords, wordsCountFor } from './words.js'

/**
 * Counts the words of two operators for adopting one cluster at this run's commit, as the gate App: the first is written
 * down and ends the run, the second lets the job go on that holds the cluster's key. Safe to repeat.
 *
 * @throws UserError `not-operator` for everybody else, also where they re-run an operator's run.
 */
export async function approve(context: Context & { cluster: Cluster }): Promise<Outcome<Io['outputs']>> {
  const { policy, github, world, cluster } = context
  const { sha: commit, actor, repository: repo } = world.run
  const standingOf = operatorsOf(github, policy)
  const standing = await standingOf(actor)
  if (standing === 'unknown') throw new MissingPermission('members: read', `see who is in ${showOperators(policy)}`)
  if (standing !== 'operator') throw notOperator(context, actor)

  const place = { github, repo, gateBot: policy.apps.gate.bot }
  const now = world.clock.now()
  const words: Word[] = []
  for (const word of await readWords(place, cluster.name, new Date(now.getTime() - wordsCountFor))) {
    if ((await standingOf(word.operator)) === 'operator') words.push(word)
  }
  const decision = decideWords({ operator: actor, commit, now, words })
  if (decision.say) {
    const word = { schema: 1, cluster: cluster.name, commit, operator: actor, run: runKey(world.run) } as const
    await giveWord(place, word)
  } else {
    await endWords(place, words, actor)
  }

  const finding = { cluster: cluster.name, commit, reason: 'ok' } as const
  if (decision.kind === 'approved') {
    const message = `${decision.other} and ${actor} want ${cluster.name} adopted at ${commit.slice(0, 7)}.`
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
    finding: { ...finding, decision: 'waiting', reason: 'needs-second-operator', message: waiting.message },
    outputs: { approved: 'false' },
  }
}

const notOperator = ({ policy, world }: Context, actor: string): UserError =>
  new UserError('not-operator', `${JSON.stringify(actor)} is not an operator: adopting takes the words of two.`, {
    fix: `Ask an operator to start the workflow: ${showOperators(policy)} (${world.run.serverUrl}/${world.run.repository}/actions/workflows/adopt.yml).`,
  })
