import { UserError } from '../../../shared/foundation/errors.js'
import { runKey } from '../../../shared/foundation/run-facts.js'
import type { Workspace } from '../../../shared/foundation/workspace.js'
import { filesAt } from '../../../shared/git/commit-files.js'
import { refuseLinksOut } from '../../../shared/git/links-out.js'
import { activeRuns } from '../../../shared/github/stop-runs.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import type { Io } from '../io.js'
import { withTempFolder } from '../plan/render-pull-request.js'
import { upgradeAll } from '../release/deploy.js'
import { preflightReleases } from '../release/preflight.js'
import type { TargetRevision } from '../release/types.js'
import { type ReleaseContext, withReleases } from '../release/with-releases.js'
import { stagingMerge } from './staging-merge.js'
import { readStagingTrialPlan, type StagingTrialPlan } from './staging-trial-plan-file.js'

export interface StagingTrialContext extends ReleaseContext {
  plan: string
  /** Reads the repository. */
  token: string
  /** File name of the workflow that deploys. */
  workflow: string
}

/**
 * Brings a staging cluster to main with a pull request: main's policy says what that is, the pull request gives charts and
 * values. Only for a rehearsal that an operator started, and never while main is deployed. What is verified there stays as it
 * is: nothing that comes of it is main's.
 *
 * @throws UserError where it must not be tried; nothing was deployed then.
 */
export async function runStagingTrial(context: StagingTrialContext): Promise<ActionOutcome<Io['outputs']>> {
  const { world, cluster } = context
  const plan = readStagingTrialPlan(context.plan, world.run, cluster)
  await refuseWhileDeploying(context)
  const aim: TargetRevision = {
    commit: plan.merge,
    description: `lockstep rehearses #${plan.pull} ${plan.merge} run ${runKey(world.run)}`,
    done: 'trial-passed',
    // Also then it is no deploy of main, of which anything could be verified.
    same: 'trial-passed',
  }
  return withTempFolder(world, async (temp) => {
    const proposed = await filesOf(context, plan, temp)
    return withReleases(context, async (sites, own) =>
      upgradeAll(context, await preflightReleases({ ...context, workspace: proposed }, sites, own), aim),
    )
  })
}

/** The plan is another job's word: that the commit is this run's main with the head, and nothing else, is made once more. */
async function filesOf(
  context: StagingTrialContext,
  { merge, head }: StagingTrialPlan,
  temp: string,
): Promise<Workspace> {
  const { world, workspace, token } = context
  const { run, exec } = world
  const made = run.event === 'workflow_dispatch' ? await stagingMerge(context, head, temp) : undefined
  if (!made || !('sha' in made) || made.sha !== merge) {
    throw new UserError(
      'stale-plan',
      `${merge.slice(0, 7)} is not the default branch (${run.sha.slice(0, 7)}) with ${head.slice(0, 7)}.`,
      { fix: 'Start the workflow stage.yml by hand again.' },
    )
  }
  const files = await filesAt({ exec, run, workspace, token }, merge, temp, made.gitDir)
  await refuseLinksOut(files.root)
  return files
}

/** A deploy that begins after this was asked cancels the rehearsal, and waits for its end. */
async function refuseWhileDeploying({ github: runs, world, workflow }: StagingTrialContext): Promise<void> {
  const [active] = await activeRuns({ runs, world, workflow, queued: true })
  if (!active) return
  throw new UserError('operation-in-progress', `Main is being deployed (${active.url}), and has staging for itself.`, {
    fix: 'Start it again when that has ended.',
  })
}
