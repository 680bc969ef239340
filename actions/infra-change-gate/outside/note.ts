import type { Outcome } from '../../../shared/action/action.js'
import { decoded } from '../../../shared/action/encoded.js'
import { UserError } from '../../../shared/action/errors.js'
import { runUrl } from '../../../shared/action/facts.js'
import { resultLost, resultLostFix } from '../../../shared/action/needs.js'
import { repoRef } from '../../../shared/github/client.js'
import { type ChangeRecord, outsideChanges, recordBegun, recordEnd } from '../../../shared/records/outside.js'
import { link, mention, plain } from '../../../shared/report/markdown.js'
import type { definition } from '../io.js'
import type { OutsideContext } from './judge.js'
import { orderSchema, type Seen, seenSchema } from './look.js'
import { sayWatched, watchOf } from './watch.js'

/** Writes down what the job with the cluster's key saw, or that it could not look, and says in the issue what is next. */
export async function noteSeen(
  context: OutsideContext,
  input: { order: string; seen: string; 'inspect-result': string },
): Promise<Outcome<typeof definition.outputs>> {
  const { github, policy, world } = context
  const repo = world.run.repository
  const order = orderSchema.parse(JSON.parse(input.order))
  const place = { github, repo, gateBot: policy.apps.gate.bot }
  const record = (await outsideChanges(place)).find(({ issue }) => issue === order.issue)
  if (!record) throw noRecord(order.issue)
  const seen = input.seen === '' ? undefined : seenSchema.parse(JSON.parse(decoded(input.seen)))
  const lost = seen === undefined && input['inspect-result'] === 'success'
  const at = { ...repoRef(repo), issue_number: order.issue }
  if (lost) {
    const problem = `${resultLost(order.change.cluster)}\n${resultLostFix}`
    // What is watched is looked at again within hours.
    if (order.step !== 'watch')
      await github.rest.issues.createComment({ ...at, body: `${mention(order.by)} ${problem}` })
    const finding = { decision: 'red', reason: 'result-lost', cluster: order.change.cluster } as const
    return { finding: { ...finding, message: problem, commit: world.run.sha }, outputs: {}, problem }
  }
  const done = (well: boolean, text: string): Outcome<typeof definition.outputs> => ({
    finding: {
      ...{ decision: well ? 'recorded' : 'red', reason: well ? 'ok' : seen ? 'unhealthy' : 'cluster-unreachable' },
      ...{ message: text, commit: world.run.sha, cluster: order.change.cluster },
    },
    outputs: {},
  })
  if (order.step === 'watch') {
    const { well, text } = await sayWatched(context, order, seen)
    return done(well, text)
  }
  const text = seen
    ? await written(context, record, seen)
    : `The cluster could not be looked at, so nothing is known: ${link('why', runUrl(world.run))}. Mend that, then say \`/${order.step === 'before' ? 'begin' : 'done'}\` again.`
  await github.rest.issues.createComment({ ...at, body: `${mention(order.by)} ${text}` })
  const well = seen?.problems.length === 0
  if (well && seen.step === 'after') await github.rest.issues.update({ ...at, state: 'closed' })
  world.log.info(text)
  return done(well, text)
}

/** Records it, and what to say about it. */
async function written(
  { github, policy, branch, world }: OutsideContext,
  record: ChangeRecord,
  seen: Seen,
): Promise<string> {
  const place = { github, repo: world.run.repository, gateBot: policy.apps.gate.bot }
  const { cluster } = record.change
  const problems = seen.problems.map((problem) => `- ${plain(problem, 300)}`).join('\n')
  if (seen.step === 'before') {
    if (seen.problems.length > 0)
      return `Not now: ${plain(cluster)} is not as it has to be.\n\n${problems}\n\nMend that, then say \`/begin\` again.`
    const begun = { by: seen.by, health: seen.health }
    await recordBegun(place, record, begun, { ref: branch, description: `Begun by ${seen.by}` })
    return `${plain(cluster)} is well (${about(seen)}). **Do it now**, and say \`/done\` when it is done. Nothing else stops deploys: place a freeze if they should wait.`
  }
  const well = seen.problems.length === 0
  const description = well ? `Done: ${about(seen)}` : seen.problems.join('; ')
  if (record.ended?.outcome !== 'success') {
    await recordEnd(place, record, well ? 'success' : 'failure', description, runUrl(world.run))
  }
  if (well)
    return `${plain(cluster)} is well (${about(seen)})${watchedFor(seen)}. It is recorded, and this issue closes.${stillWatched(policy, record)}`
  return `${plain(cluster)} is **not** well.\n\n${problems}\n\nMend it or go back as the plan says, then say \`/done\` again.`
}

const about = ({ health }: Seen): string =>
  `Kubernetes ${plain(health.server)}, ${health.nodes.length} nodes, ${health.workloads.length} workloads`

const watchedFor = ({ watch }: Seen): string => (watch > 0 ? `, watched for ${Math.round(watch / 60_000)} min` : '')

function stillWatched(policy: OutsideContext['policy'], record: ChangeRecord): string {
  const hours = Math.round(watchOf(policy, record).later / 3_600_000)
  return hours > 0
    ? ` For ${hours} more hours the cluster is looked at every hour or so; what is not well then is said here.`
    : ''
}

export const noRecord = (issue: number): UserError =>
  new UserError('input-invalid', `The gate App has no record of a change with the issue #${issue}.`, {
    fix: 'Ask for the change by the workflow "change": an issue with its label alone is none.',
  })
