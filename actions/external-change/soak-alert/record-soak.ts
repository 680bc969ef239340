import { resultLost, resultLostFix } from '../../../shared/action/needs.js'
import { mentionOperators } from '../../../shared/duty/operators.js'
import { UserError } from '../../../shared/foundation/errors.js'
import { parseResult } from '../../../shared/foundation/result.js'
import { runUrl } from '../../../shared/foundation/run-facts.js'
import { escapeMarkdown, markdownLink } from '../../../shared/report/markdown.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import type { ExternalChangeContext } from '../evaluate.js'
import type { definition } from '../io.js'
import { isSameSoak, postAlert, readAlerts } from './alerts.js'
import { decideAlert, markerOf, type SoakResult } from './decide-alert.js'
import { type SoakRequest, soakRequestSchema } from './request.js'

type Done = ActionOutcome<typeof definition.outputs>

/**
 * Keeps the one issue that tells whether a cluster is well in the day after a dangerous change: opened when a look fails, changed
 * by the next, closed when it is well again. It only tells: nothing is taken back, no record changes. Safe to repeat.
 */
export async function recordSoak(
  context: ExternalChangeContext,
  input: { request: string; observation: string; 'inspect-result': string },
): Promise<Done> {
  const { github, policy, world } = context
  const repo = world.run.repository
  const request = readRequest(input.request)
  const sight = soakResultOf(request.cluster, input.observation, input['inspect-result'])
  const problems = sight.is === 'ill' ? sight.problems : []
  const present = (await readAlerts(context, 'all')).find(({ watched }) => isSameSoak(watched, request))
  const { cluster, change } = request
  const title = `${cluster} is not well after the dangerous change ${change.slice(0, 7)}`
  await postAlert(
    { github, repo, gateBot: policy.apps.gate.bot },
    decideAlert(request, present, sight.is, illBody(context, request, problems)),
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
      ...{ decision: sight.is === 'ill' ? 'failure' : 'recorded', reason: sight.is === 'ill' ? 'unhealthy' : 'ok' },
      ...{ message, commit: world.run.sha, cluster },
    },
    outputs: {},
  }
}

/**
 * @param text the smoke test's result; empty where it could not look.
 * @param job how GitHub says the job ended that looked: with a success it did look, whatever arrived. Pure.
 */
export function soakResultOf(cluster: string, text: string, job = ''): SoakResult {
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

function readRequest(text: string): SoakRequest {
  try {
    return soakRequestSchema.parse(JSON.parse(text))
  } catch (error) {
    throw new UserError('input-invalid', 'Input "request" is not what the job before it said.', {
      fix: 'Pass the part of the cluster of the output "requests" of the step with mode `reconcile`.',
      cause: error,
    })
  }
}

const shownProblems = 20

function illBody({ policy, world }: ExternalChangeContext, request: SoakRequest, problems: readonly string[]): string {
  const { serverUrl, repository } = world.run
  const cluster = escapeMarkdown(request.cluster)
  const change = markdownLink(request.change.slice(0, 7), `${serverUrl}/${repository}/commit/${request.change}`)
  return [
    markerOf(request),
    `${mentionOperators(policy)}: ${cluster} got the dangerous change ${change} (T3), passed its smoke test, and is **not** well now.`,
    problems
      .slice(0, shownProblems)
      .map((problem) => `- ${escapeMarkdown(problem, 300)}`)
      .join('\n'),
    `This only tells: nothing was taken back, and nothing waits for it. Last looked at by ${markdownLink('this run', runUrl(world.run))}.`,
    '### What to do now',
    [
      `1. Look at ${cluster}. Is it this change, or something else?`,
      '2. Mend it by a pull request, or go back: _Actions_, _rollback_, _Run workflow_. That needs no approval.',
      '3. It is looked at every hour, and this closes by itself once it is well. Closed by you, it says no more until then.',
    ].join('\n'),
  ].join('\n\n')
}
