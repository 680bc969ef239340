import { readNeeds, resultLostFix } from '../../../shared/action/needs.js'
import { UserError } from '../../../shared/foundation/errors.js'
import { parseResult, type Result } from '../../../shared/foundation/result.js'
import { runKey, runUrl } from '../../../shared/foundation/run-facts.js'
import { takeBackSince, verifiedCommits, writeRecord } from '../../../shared/records/deployments.js'
import { sameRun } from '../../../shared/records/verified.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import type { Io } from '../io.js'
import { decideRecord } from './decide-record.js'
import { publicHost, type RecordContext, recordPayload } from './record-payload.js'

/**
 * Records that a cluster was rolled back: success for the commit that it has again, failure for this run's commit, even if
 * that had been verified before another cluster failed. Safe to repeat.
 */
export async function recordRollback(context: RecordContext): Promise<ActionOutcome<Io['outputs']>> {
  const { policy, github, world, cluster } = context
  const place = { github, repo: world.run.repository, gateBot: policy.apps.gate.bot }
  const done = ofThisRun(context.result, context)
  const smoke = ofThisRun(context.smokeResult, context)
  const told = (message: string, written: boolean, problem?: string): ActionOutcome<Io['outputs']> => {
    world.log.info(message)
    const reason = written ? 'ok' : 'up-to-date'
    return {
      finding: { decision: 'recorded', reason, message, cluster: cluster.name, commit: done?.commit ?? world.run.sha },
      outputs: {},
      ...(problem === undefined ? {} : { problem }),
    }
  }
  if (done?.decision === 'nothing-to-roll-back')
    return told(`${cluster.name} was not touched: nothing to record.`, false)

  const logUrl = runUrl(world.run)
  const job = readNeeds(context.jobs)?.rollback?.result
  const decision = decideRecord({ cluster: cluster.name, of: 'rollback', job, run: runKey(world.run), done, smoke })
  if (decision.kind !== 'verified') {
    const { reason, message } = decision
    const record = recordPayload(context, undefined, smoke)
    const failure = { ...record, reason, outcome: 'failure' as const, logUrl, environmentUrl: undefined }
    const written = await writeRecord(place, { ...failure, description: message })
    const problem = decision.kind === 'lost' ? `${message}\n${resultLostFix}` : undefined
    return told(`Recorded as failure: ${message}`, written === 'written', problem)
  }
  const { done: back } = decision
  if (!(await verifiedCommits(place, [cluster.name], 100)).includes(back.commit)) throw neverVerified(back, context)

  const host = await publicHost(context)
  const description = `${cluster.name} was rolled back to ${back.commit.slice(0, 7)} and verified.`
  const written = await writeRecord(place, {
    ...recordPayload(context, back, smoke),
    commit: back.commit,
    outcome: 'success',
    logUrl,
    environmentUrl: host === undefined ? undefined : `https://${host}`,
    description,
  })
  await takeBackSince(place, cluster.name, back, {
    description: `Rolled back to ${back.commit.slice(0, 7)} with the other clusters.`,
    logUrl,
  })
  return told(description, written === 'written')
}

function ofThisRun(text: string, { world, cluster }: RecordContext): Result | undefined {
  if (text.trim() === '') return undefined
  const result = parseResult(text)
  const known = result?.cluster === cluster.name || (result?.cluster === undefined && result?.decision === 'refused')
  if (result && known && sameRun(result.run, String(world.run.id))) return result
  throw new UserError('input-invalid', `This is not a result of this run for the cluster "${cluster.name}".`, {
    fix: 'Pass the outputs "encoded-result" of the rollback job\'s own steps as "deploy-result" and "smoke-result".',
  })
}

const neverVerified = ({ commit }: Result, { cluster }: RecordContext): UserError =>
  new UserError(
    'input-invalid',
    `${commit.slice(0, 7)} was never recorded as verified on ${cluster.name}: it is not a target for a rollback.`,
    { fix: 'Inspect the ConfigMap of the release: somebody changed it. Then adopt the cluster again.' },
  )
