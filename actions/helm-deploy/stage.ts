import type { Outcome } from '../../shared/action/action.js'
import { UserError } from '../../shared/action/errors.js'
import { runKey } from '../../shared/action/facts.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { activeRuns } from '../../shared/github/stop-runs.js'
import { type Aim, bringAll } from './deploy.js'
import type { Io } from './io.js'
import { withProposed } from './proposed.js'
import { makeReady } from './ready.js'
import { readStagePlan, type StagePlan } from './stage-plan-file.js'
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
  await refuseOthers(context, plan)
  await refuseWhileDeploying(context)
  const aim: Aim = {
    commit: plan.merge,
    description: `lockstep rehearses #${plan.pull} ${plan.merge} run ${runKey(world.run)}`,
    done: 'staged',
    // Also then it is no deploy of main, of which anything could be verified.
    same: 'staged',
  }
  return withProposed(context, plan.merge, (proposed) =>
    withSites(context, async (sites, temp) =>
      bringAll(context, await makeReady({ ...context, workspace: proposed }, sites, temp), aim),
    ),
  )
}

/** The plan is another job's word: that the commit is this run's main with the head, and nothing else, GitHub says once more. */
async function refuseOthers({ github, world }: StageContext, { merge, head }: StagePlan): Promise<void> {
  const { run } = world
  const parents = await parentsOf(github, run.repository, merge)
  if (run.event === 'workflow_dispatch' && parents.length === 2 && parents[0] === run.sha && parents[1] === head) return
  throw new UserError(
    'stale-plan',
    `${merge.slice(0, 7)} is not main (${run.sha.slice(0, 7)}) with ${head.slice(0, 7)}.`,
    {
      fix: 'Start the workflow stage.yml by hand again.',
    },
  )
}

async function parentsOf(github: GitHub, repo: string, commit: string): Promise<string[]> {
  const { data } = await github.rest.git.getCommit({ ...repoRef(repo), commit_sha: commit })
  return data.parents.map(({ sha }) => sha)
}

/** A deploy that begins after this was asked cancels the rehearsal, and waits for its end. */
async function refuseWhileDeploying({ github: runs, world, workflow }: StageContext): Promise<void> {
  const [active] = await activeRuns({ runs, world, workflow, queued: true })
  if (!active) return
  throw new UserError('release-busy', `Main is being deployed (${active.url}), and has staging for itself.`, {
    fix: 'Start it again when that has ended.',
  })
}
