import { resultLost, resultLostFix } from '../../shared/action/needs.js'
import { decodeOutput } from '../../shared/foundation/encoded.js'
import { UserError } from '../../shared/foundation/errors.js'
import { runUrl } from '../../shared/foundation/run-facts.js'
import { repoRef } from '../../shared/github/client.js'
import {
  type ExternalChangeRecord,
  readExternalChanges,
  recordChangeEnd,
  recordChangeStart,
} from '../../shared/records/external-changes.js'
import { escapeMarkdown, markdownLink, mentionLogin } from '../../shared/report/markdown.js'
import type { ActionOutcome } from '../../shared/runtime/action.js'
import type { ExternalChangeContext } from './evaluate.js'
import { inspectionRequestSchema, type Observation, observationSchema } from './inspect.js'
import type { definition } from './io.js'
import { describeSoaks, soakOf } from './soak.js'

/** Writes down what the job with the cluster's key saw, or that it could not look, and says in the issue what is next. */
export async function recordObservation(
  context: ExternalChangeContext,
  input: { request: string; observation: string; 'inspect-result': string },
): Promise<ActionOutcome<typeof definition.outputs>> {
  const { github, policy, world } = context
  const repo = world.run.repository
  const request = inspectionRequestSchema.parse(JSON.parse(input.request))
  const place = { github, repo, gateBot: policy.apps.gate.bot }
  const record = (await readExternalChanges(place)).find(({ issue }) => issue === request.issue)
  if (!record) throw noRecord(request.issue)
  const seen =
    input.observation === '' ? undefined : observationSchema.parse(JSON.parse(decodeOutput(input.observation)))
  const lost = seen === undefined && input['inspect-result'] === 'success'
  const at = { ...repoRef(repo), issue_number: request.issue }
  if (lost) {
    const problem = `${resultLost(request.change.cluster)}\n${resultLostFix}`
    // What is watched is looked at again within hours.
    if (request.step !== 'soak')
      await github.rest.issues.createComment({ ...at, body: `${mentionLogin(request.by)} ${problem}` })
    const finding = { decision: 'failure', reason: 'result-lost', cluster: request.change.cluster } as const
    return { finding: { ...finding, message: problem, commit: world.run.sha }, outputs: {}, problem }
  }
  const done = (well: boolean, text: string): ActionOutcome<typeof definition.outputs> => ({
    finding: {
      ...{ decision: well ? 'recorded' : 'failure', reason: well ? 'ok' : seen ? 'unhealthy' : 'cluster-unreachable' },
      ...{ message: text, commit: world.run.sha, cluster: request.change.cluster },
    },
    outputs: {},
  })
  if (request.step === 'soak') {
    const { well, text } = await describeSoaks(context, request, seen)
    return done(well, text)
  }
  const text = seen
    ? await written(context, record, seen)
    : `The cluster could not be inspected, so its state is unknown: ${markdownLink('the run', runUrl(world.run))} says why. Fix that, then comment \`/${request.step === 'before' ? 'start' : 'done'}\` again.`
  await github.rest.issues.createComment({ ...at, body: `${mentionLogin(request.by)} ${text}` })
  const well = seen?.problems.length === 0
  if (well && seen.step === 'after') await github.rest.issues.update({ ...at, state: 'closed' })
  world.log.info(text)
  return done(well, text)
}

/** Records it, and what to say about it. */
async function written(
  { github, policy, branch, world }: ExternalChangeContext,
  record: ExternalChangeRecord,
  seen: Observation,
): Promise<string> {
  const place = { github, repo: world.run.repository, gateBot: policy.apps.gate.bot }
  const { cluster } = record.change
  const problems = seen.problems.map((problem) => `- ${escapeMarkdown(problem, 300)}`).join('\n')
  if (seen.step === 'before') {
    if (seen.problems.length > 0)
      return `Do not start: ${escapeMarkdown(cluster)} is not as expected.\n\n${problems}\n\nFix that, then comment \`/start\` again.`
    const begun = { by: seen.by, health: seen.health }
    await recordChangeStart(place, record, begun, { ref: branch, description: `Started by ${seen.by}` })
    return `${escapeMarkdown(cluster)} is healthy (${about(seen)}). **Make the change now**, then comment \`/done\`. Deploys are not stopped: open a deploy freeze if they have to wait.`
  }
  const well = seen.problems.length === 0
  const description = well ? `Done: ${about(seen)}` : seen.problems.join('; ')
  if (record.ended?.outcome !== 'success') {
    await recordChangeEnd(place, record, well ? 'success' : 'failure', description, runUrl(world.run))
  }
  if (well)
    return `${escapeMarkdown(cluster)} is healthy (${about(seen)})${soakedFor(seen)}. This is recorded, and this issue is closed.${stillWatched(policy, record)}`
  return `${escapeMarkdown(cluster)} is **unhealthy**.\n\n${problems}\n\nFix it or undo the change as the plan says, then comment \`/done\` again.`
}

const about = ({ health }: Observation): string =>
  `Kubernetes ${escapeMarkdown(health.server)}, ${health.nodes.length} nodes, ${health.workloads.length} workloads`

const soakedFor = ({ soak }: Observation): string => (soak > 0 ? `, soaked for ${Math.round(soak / 60_000)} min` : '')

function stillWatched(policy: ExternalChangeContext['policy'], record: ExternalChangeRecord): string {
  const hours = Math.round(soakOf(policy, record).later / 3_600_000)
  return hours > 0
    ? ` For ${hours} more hours the cluster is inspected about every hour; problems are reported here.`
    : ''
}

export const noRecord = (issue: number): UserError =>
  new UserError('input-invalid', `The gate App has no record of a change request in issue #${issue}.`, {
    fix: 'Request the change with the workflow "change". An issue that only has the label is no change request.',
  })
