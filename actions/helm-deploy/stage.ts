import type { Outcome } from '../../shared/action/action.js'
import { UserError } from '../../shared/action/errors.js'
import { runKey } from '../../shared/action/facts.js'
import type { Workspace } from '../../shared/action/workspace.js'
import { filesAt } from '../../shared/git/commit-files.js'
import { refuseLinksOut } from '../../shared/git/links-out.js'
import { activeRuns } from '../../shared/github/stop-runs.js'
import { bringAll } from './deploy.js'
import type { Io } from './io.js'
import { withTemp } from './proposed.js'
import { makeReady } from './ready.js'
import type { Aim } from './release-types.js'
import { readStagePlan, type StagePlan } from './stage-plan-file.js'
import { stagingMerge } from './staging-merge.js'
import { type SiteContext, withSites } from './with-sites.js'

export interface StageContext extends SiteContext {
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
export async function stage(context: StageContext): Promise<Outcome<Io['outputs']>> {
  const { world, cluster } = context
  const plan = readStagePlan(context.plan, world.run, cluster)
  await refuseWhileDeploying(context)
  const aim: Aim = {
    commit: plan.merge,
    description: `lockstep rehearses #${plan.pull} ${plan.merge} run ${runKey(world.run)}`,
    done: 'staged',
    // Also then it is no deploy of main, of which anything could be verified.
    same: 'staged',
  }
  return withTemp(world, async (temp) => {
    const proposed = await filesOf(context, plan, temp)
    return withSites(context, async (sites, own) =>
      bringAll(context, await makeReady({ ...context, workspace: proposed }, sites, own), aim),
    )
  })
}

/** The plan is another job's word: that the commit is this run's main with the head, and nothing else, is made once more. */
async function filesOf(context: StageContext, { merge, head }: StagePlan, temp: string): Promise<Workspace> {
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
async function refuseWhileDeploying({ github: runs, world, workflow }: StageContext): Promise<void> {
  const [active] = await activeRuns({ runs, world, workflow, queued: true })
  if (!active) return
  throw new UserError('release-busy', `Main is being deployed (${active.url}), and has staging for itself.`, {
    fix: 'Start it again when that has ended.',
  })
}
