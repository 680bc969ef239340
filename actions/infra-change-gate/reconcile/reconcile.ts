import type { Runtime } from '../../../shared/action/runtime.js'
import { explainError } from '../../../shared/foundation/errors.js'
import { defaultBranchName } from '../../../shared/github/branches.js'
import type { GitHub } from '../../../shared/github/client.js'
import { explainGitHub } from '../../../shared/github/errors.js'
import { policyOn } from '../../../shared/policy/on-branch.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import type { definition } from '../io.js'
import { guardIssues } from './guard-issues.js'
import { mergeBumps } from './merge-bumps.js'
import { recheckPulls } from './recheck.js'

type Done = ActionOutcome<typeof definition.outputs>

/**
 * Repairs what events missed: guards the issues that block deploys, merges the bumps that the App may merge now, and starts
 * outdated checks again. Nothing is merged if the guard failed. Safe to repeat.
 *
 * @param actionsToken the job's own token with `actions: write`; empty if no check may be started
 * @param check checks one pull request, and merges it if allowed
 */
export async function reconcileGate(
  { token, 'actions-token': actionsToken }: { token: string; 'actions-token': string },
  world: Runtime,
  check: (pull: number) => Promise<Done>,
): Promise<Done> {
  const github = world.github(token)
  const guarded = await attempt(() => guard(github, world), world)
  // A freeze without its label is invisible until the label is restored: nothing is merged before that.
  const mayMerge = guarded.problem === undefined && world.run.event !== 'issues'
  const parts = [
    ...(mayMerge ? [() => mergeBumps(github, world, check)] : []),
    ...(actionsToken === '' ? [] : [() => recheckPulls(github, world.github(actionsToken), world)]),
  ]
  const done: Done[] = [guarded]
  for (const part of parts) done.push(await attempt(part, world))
  return combine(done, world.run.sha)
}

async function guard(github: GitHub, world: Runtime): Promise<Done> {
  const repo = world.run.repository
  return guardIssues({ github, policy: await policyOn(github, repo, await defaultBranchName(github, repo)), world })
}

async function attempt(part: () => Promise<Done>, { cancelled, log, run }: Runtime): Promise<Done> {
  try {
    return await part()
  } catch (error) {
    if (cancelled.aborted) throw error
    const { reason, message, fix } = explainError(explainGitHub(error) ?? error)
    if (reason === 'internal-error') log.info(error instanceof Error ? (error.stack ?? message) : message)
    const decision = reason === 'internal-error' ? 'failed' : 'refused'
    return { finding: { decision, reason, message, commit: run.sha }, outputs: {}, problem: `${message}\n${fix}` }
  }
}

/** The decision is that of the first problem, else of the first part that changed something; the message combines all. Pure. */
function combine(done: readonly Done[], commit: string): Done {
  const problems = done.flatMap(({ problem }) => problem ?? [])
  const telling =
    done.find(({ problem }) => problem !== undefined) ?? done.find(({ finding }) => finding.decision === 'updated')
  const { decision, reason } = telling?.finding ?? ({ decision: 'unchanged', reason: 'up-to-date' } as const)
  return {
    finding: { decision, reason, message: done.map(({ finding }) => finding.message).join(' '), commit },
    outputs: Object.assign({}, ...done.map(({ outputs }) => outputs)),
    ...(problems.length > 0 ? { problem: problems.join('\n') } : {}),
  }
}
