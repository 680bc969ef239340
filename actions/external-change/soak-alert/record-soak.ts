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
  const title = `${cluster} is unhealthy after the T3 change ${change.slice(0, 7)}`
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
  const message = `${cluster}: ${{ well: 'healthy', unsure: 'inconclusive', ill: problems.join('; ') }[sight.is]}.`
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
    return { is: 'ill', problems: ['it could not be inspected, so its state is unknown'] }
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
    throw new UserError('input-invalid', 'Input "request" has the wrong format.', {
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
    `${mentionOperators(policy)}: the T3 change ${change} was deployed to ${cluster} and passed its smoke test. The cluster is **unhealthy** now.`,
    problems
      .slice(0, shownProblems)
      .map((problem) => `- ${escapeMarkdown(problem, 300)}`)
      .join('\n'),
    `This is only a report: nothing was rolled back, and no deploy waits for it. Last tested by ${markdownLink('this run', runUrl(world.run))}.`,
    '### What to do now',
    [
      `1. Inspect ${cluster}: is this change the cause?`,
      '2. Fix it with a pull request, or roll back: _Actions_, _rollback_, _Run workflow_. A rollback needs no approval.',
      '3. It is tested every hour, and this issue closes automatically once it is healthy. If you close it, nothing is reported until then.',
    ].join('\n'),
  ].join('\n\n')
}
