import { type JobEndings, readNeeds, resultLostFix } from '../../../shared/action/needs.js'
import { explainError } from '../../../shared/foundation/errors.js'
import type { Result } from '../../../shared/foundation/result.js'
import { parseResult } from '../../../shared/foundation/result.js'
import { runUrl } from '../../../shared/foundation/run-facts.js'
import { defaultBranchName } from '../../../shared/github/branches.js'
import type { GitHub } from '../../../shared/github/client.js'
import { explainGitHub } from '../../../shared/github/errors.js'
import { startGate } from '../../../shared/github/start-gate.js'
import type { Cluster } from '../../../shared/policy/policy.js'
import { writeTrial } from '../../../shared/records/staging-trials.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import type { DeployRepoContext } from '../context.js'
import type { Io } from '../io.js'
import { decideTrialRecord, isMainRestored, type TrialResults } from './decide-trial-record.js'
import { reportNotRestored } from './report-not-restored.js'
import { readStagingTrialPlan } from './staging-trial-plan-file.js'

export interface TrialRecordContext extends DeployRepoContext {
  cluster: Cluster
  plan: string
  /** `toJSON(needs)` of the job. */
  jobs: string
  /** May start workflows, which the gate App may not. */
  starter: GitHub
}

/**
 * Records, as the gate App, that the staging trial of a change passed or failed on a staging cluster. An interrupted trial is
 * not recorded. If main may not be back, the operators are called. Safe to repeat.
 */
export async function recordStagingTrial(context: TrialRecordContext): Promise<ActionOutcome<Io['outputs']>> {
  const { policy, github, world, cluster, jobs } = context
  const { pull, head, digest, run, merge: commit } = readStagingTrialPlan(context.plan, world.run, cluster)
  const needs = readNeeds(jobs)
  const endings = { rehearse: needs?.rehearse?.result, back: needs?.back?.result }
  const steps = stepsIn(needs, (result) => result.run === run && [undefined, cluster.name].includes(result.cluster))
  await reportNotRestored(github, {
    policy,
    run: world.run,
    cluster: cluster.name,
    pull,
    back: isMainRestored(steps, endings),
  })
  const decision = decideTrialRecord(steps, endings)
  const message = `#${pull} on ${cluster.name}: ${decision.message}`
  world.log.info(message)
  const finding = { message, cluster: cluster.name, commit }
  if (decision.kind === 'untold') {
    return { finding: { decision: 'skipped', reason: 'cancelled', ...finding }, outputs: {} }
  }
  if (decision.kind === 'lost') {
    return {
      finding: { decision: 'skipped', reason: 'result-lost', ...finding },
      outputs: {},
      problem: `${message}\n${resultLostFix}`,
    }
  }
  const place = { github, repo: world.run.repository, gateBot: policy.apps.gate.bot }
  const written = await writeTrial(place, {
    ...{ schema: 1, pull, head, digest, run, cluster: cluster.name, passed: decision.kind === 'passed' },
    ...{ ref: world.run.sha, logUrl: runUrl(world.run), description: message },
  })
  await judgeAgain(context, pull)
  return {
    finding: { decision: 'recorded', reason: written === 'written' ? 'ok' : 'up-to-date', ...finding },
    outputs: {},
  }
}

/** A4: a run that a job's own token started triggers no event when it ends. If starting it fails here, look-again.yml repairs it. */
async function judgeAgain({ github, starter, world }: TrialRecordContext, pull: number): Promise<void> {
  const repo = world.run.repository
  try {
    await startGate(starter, repo, await defaultBranchName(github, repo), pull)
  } catch (error) {
    if (world.cancelled.aborted) throw error
    const { message, fix } = explainError(explainGitHub(error) ?? error)
    world.log.warning(
      `The gate checks #${pull} again within 15 minutes. It could not be started now: ${message} ${fix}`,
    )
  }
}

/** @param isOurs whether a result is of this very attempt and cluster: a job that is repeated can keep what it said before (A17). */
function stepsIn(jobs: JobEndings | undefined, isOurs: (result: Result) => boolean): TrialResults {
  const step = (job: string, name: string): Result | undefined => {
    const result = parseResult(jobs?.[job]?.outputs[name] ?? '')
    return result && isOurs(result) ? result : undefined
  }
  return {
    there: step('rehearse', 'there'),
    thereSmoke: step('rehearse', 'there-smoke'),
    back: step('rehearse', 'back'),
    backSmoke: step('rehearse', 'back-smoke'),
    again: step('rehearse', 'again'),
    againSmoke: step('rehearse', 'again-smoke'),
    end: step('back', 'back'),
    endSmoke: step('back', 'smoke'),
  }
}
