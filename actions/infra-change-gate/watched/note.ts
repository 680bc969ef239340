import type { Outcome } from '../../../shared/action/action.js'
import { UserError } from '../../../shared/action/errors.js'
import { runUrl } from '../../../shared/action/facts.js'
import { resultLost, resultLostFix } from '../../../shared/action/needs.js'
import { parseResult } from '../../../shared/action/result.js'
import { mentionOperators } from '../../../shared/duty/operators.js'
import { link, plain } from '../../../shared/report/markdown.js'
import type { definition } from '../io.js'
import type { OutsideContext } from '../outside/judge.js'
import { decideAlert, markerOf, type Sight } from './alert.js'
import { readAlerts, sameWatch, tell } from './alerts.js'
import { type Order, orderSchema } from './order.js'

type Done = Outcome<typeof definition.outputs>

/**
 * Keeps the one issue that tells whether a cluster is well in the day after a dangerous change: opened when a look fails, changed
 * by the next, closed when it is well again. It only tells: nothing is taken back, no record changes. Safe to repeat.
 */
export async function noteWatched(
  context: OutsideContext,
  input: { order: string; seen: string; 'inspect-result': string },
): Promise<Done> {
  const { github, policy, world } = context
  const repo = world.run.repository
  const order = readOrder(input.order)
  const sight = sightOf(order.cluster, input.seen, input['inspect-result'])
  const problems = sight.is === 'ill' ? sight.problems : []
  const present = (await readAlerts(context, 'all')).find(({ watched }) => sameWatch(watched, order))
  const { cluster, change } = order
  const title = `${cluster} is not well after the dangerous change ${change.slice(0, 7)}`
  await tell(
    { github, repo, gateBot: policy.apps.gate.bot },
    decideAlert(order, present, sight.is, illBody(context, order, problems)),
    title,
  )

  if (sight.is === 'lost') {
    const message = resultLost(cluster)
    const finding = { decision: 'skipped', reason: 'result-lost', message, commit: world.run.sha, cluster } as const
    return { finding, outputs: {}, problem: `${message}\n${resultLostFix}` }
  }
  const message = `${cluster}: ${{ well: 'well', unsure: 'nothing to tell', ill: problems.join('; ') }[sight.is]}.`
  world.log.info(message)
  return {
    finding: {
      ...{ decision: sight.is === 'ill' ? 'red' : 'recorded', reason: sight.is === 'ill' ? 'unhealthy' : 'ok' },
      ...{ message, commit: world.run.sha, cluster },
    },
    outputs: {},
  }
}

/**
 * @param text the smoke test's result; empty where it could not look.
 * @param job how GitHub says the job ended that looked: with a success it did look, whatever arrived. Pure.
 */
export function sightOf(cluster: string, text: string, job = ''): Sight {
  const result = parseResult(text)
  if (text.trim() === '' && job === 'success') return { is: 'lost' }
  if (result?.action !== 'smoke-test' || (result.cluster !== undefined && result.cluster !== cluster))
    return { is: 'ill', problems: ['it could not be looked at, so nothing is known'] }
  if (result.verdict === 'pass') return { is: 'well' }
  // Served at the second try; or something else is brought there just now.
  if (result.verdict === 'flaky' || result.decision === 'skipped') return { is: 'unsure' }
  const shown = result.evidence.flatMap(({ ok, text: line }) => (ok ? [] : [line]))
  return { is: 'ill', problems: shown.length > 0 ? shown : [result.message] }
}

function readOrder(text: string): Order {
  try {
    return orderSchema.parse(JSON.parse(text))
  } catch (error) {
    throw new UserError('input-invalid', 'Input "order" is not what the job before it said.', {
      fix: 'Pass the part of the cluster of the output "orders" of the step with `about: outside`.',
      cause: error,
    })
  }
}

const shownProblems = 20

function illBody({ policy, world }: OutsideContext, order: Order, problems: readonly string[]): string {
  const { serverUrl, repository } = world.run
  const cluster = plain(order.cluster)
  const change = link(order.change.slice(0, 7), `${serverUrl}/${repository}/commit/${order.change}`)
  return [
    markerOf(order),
    `${mentionOperators(policy)}: ${cluster} got the dangerous change ${change} (T3), passed its smoke test, and is **not** well now.`,
    problems
      .slice(0, shownProblems)
      .map((problem) => `- ${plain(problem, 300)}`)
      .join('\n'),
    `This only tells: nothing was taken back, and nothing waits for it. Last looked at by ${link('this run', runUrl(world.run))}.`,
    '### What to do now',
    [
      `1. Look at ${cluster}. Is it this change, or something else?`,
      '2. Mend it by a pull request, or go back: _Actions_, _rollback_, _Run workflow_. That needs no approval.',
      '3. It is looked at every hour, and this closes by itself once it is well. Closed by you, it says no more until then.',
    ].join('\n'),
  ].join('\n\n')
}
