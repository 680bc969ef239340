import { readNeeds, resultLostFix } from '../../../shared/action/needs.js'
import { UserError } from '../../../shared/foundation/errors.js'
import { parseResult, type Result } from '../../../shared/foundation/result.js'
import { runKey, runUrl } from '../../../shared/foundation/run-facts.js'
import { writeRecord } from '../../../shared/records/deployments.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import type { Io } from '../io.js'
import { decideRecord } from './decide-record.js'
import type { RecordContext } from './record-payload.js'
import { publicHost, recordPayload } from './record-payload.js'
import { recordRollback } from './record-rollback.js'

/**
 * Writes how a deploy ended, as the gate App: success only where this run's smoke test verified it. Safe to repeat.
 */
export async function recordDeploy(context: RecordContext): Promise<ActionOutcome<Io['outputs']>> {
  const { policy, github, world, cluster } = context
  const needs = readNeeds(context.jobs)
  if (parseResult(context.result)?.action === 'rollback' || needs?.rollback) return recordRollback(context)
  const deployed = readResult(context.result, 'result', context)
  const smoke = readResult(context.smokeResult, 'smoke-result', context)
  const facts = { cluster: cluster.name, job: needs?.deploy?.result, run: runKey(world.run), done: deployed, smoke }
  const decision = decideRecord({ ...facts, of: 'deploy' })
  const verified = decision.kind === 'verified'

  const host = await publicHost(context)
  const message = verified ? `${cluster.name} is verified at ${world.run.sha.slice(0, 7)}.` : decision.message
  const place = { github, repo: world.run.repository, gateBot: policy.apps.gate.bot }
  const written = await writeRecord(place, {
    ...recordPayload(context, deployed, smoke),
    ...(context.tier === undefined ? {} : { tier: context.tier }),
    ...(verified ? {} : { reason: decision.reason }),
    outcome: verified ? 'success' : 'failure',
    logUrl: runUrl(world.run),
    environmentUrl: host === undefined ? undefined : `https://${host}`,
    description: message,
  })
  world.log.info(`Recorded as ${verified ? 'success' : 'failure'}: ${message}`)
  return {
    finding: {
      decision: 'recorded',
      reason: written === 'written' ? 'ok' : 'up-to-date',
      message,
      cluster: cluster.name,
      commit: world.run.sha,
      ...(smoke?.verdict === undefined ? {} : { verdict: smoke.verdict }),
    },
    outputs: {},
    // The next wave must not start.
    ...(decision.kind === 'lost' ? { problem: `${message}\n${resultLostFix}` } : {}),
  }
}

/** @throws UserError `input-invalid` for a result of another run, commit or cluster: it would make a false record. */
function readResult(text: string, name: string, { world, cluster }: RecordContext): Result | undefined {
  if (text.trim() === '') return undefined
  const result = parseResult(text)
  const same =
    result?.commit === world.run.sha &&
    // A job that is repeated alone still gets the results of the attempt before.
    result.run.split('/')[0] === String(world.run.id) &&
    // What failed before it knew its cluster does not name one.
    (result.cluster === undefined
      ? result.decision === 'refused' || result.decision === 'failed'
      : result.cluster === cluster.name)
  if (result && same) return result
  throw new UserError(
    'input-invalid',
    `Input "${name}" is not a result of this run for the cluster "${cluster.name}".`,
    {
      fix: `Pass the output "result" of the deploy job's own step as "${name}".`,
    },
  )
}
