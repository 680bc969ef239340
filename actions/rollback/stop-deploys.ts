import { UserError } from '../../shared/action/errors.js'
import type { World } from '../../shared/action/world.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { hasStatus } from '../../shared/github/errors.js'

export interface Deploys {
  /** May cancel runs (`actions: write`). */
  runs: GitHub
  world: World
  /** File name of the workflow that deploys. */
  workflow: string
  /** How long runs may take to end by themselves, and then once more when forced to, in milliseconds. */
  wait: number
}

interface ActiveRun {
  id: number
  url: string
}

const pause = 2_000

/**
 * Cancels every deploy that is at work, and waits for its end; its own jobs that always run still bring back what it touched.
 * What waits in the queue is left there: it meets the freeze. Safe to repeat.
 *
 * @throws UserError `release-busy` where one does not end.
 */
export async function stopDeploys(deploys: Deploys): Promise<ActiveRun[]> {
  const { world } = deploys
  const active = await activeRuns(deploys)
  for (const run of active) {
    world.log.info(`Cancels ${run.url} and waits for its end.`)
    await ask(deploys, 'cancel', run)
  }
  for (const run of active) {
    if (await endsWithin(deploys, run)) continue
    world.log.warning(`${run.url} does not end: it is made to.`)
    await ask(deploys, 'force', run)
    if (!(await endsWithin(deploys, run))) throw stillAtWork(run)
  }
  return active
}

/** @throws GitHub's 404 where there is no such workflow. */
export async function activeRuns({ runs, world, workflow }: Deploys): Promise<ActiveRun[]> {
  const at = { ...repoRef(world.run.repository), workflow_id: workflow, per_page: 100 }
  const lists = await Promise.all(
    // "waiting" is for somebody's review of an environment, in the middle of a run.
    (['in_progress', 'waiting'] as const).map((status) => runs.rest.actions.listWorkflowRuns({ ...at, status })),
  )
  return lists.flatMap(({ data }) => data.workflow_runs.map(({ id, html_url: url }) => ({ id, url })))
}

async function ask({ runs, world }: Deploys, how: 'cancel' | 'force', { id }: ActiveRun): Promise<void> {
  const which = { ...repoRef(world.run.repository), run_id: id }
  try {
    if (how === 'cancel') await runs.rest.actions.cancelWorkflowRun(which)
    else await runs.rest.actions.forceCancelWorkflowRun(which)
  } catch (error) {
    // It has ended meanwhile.
    if (!hasStatus(error, 409)) throw error
  }
}

async function endsWithin({ runs, world, wait }: Deploys, { id }: ActiveRun): Promise<boolean> {
  const started = world.clock.now().getTime()
  for (;;) {
    const { data } = await runs.rest.actions.getWorkflowRun({ ...repoRef(world.run.repository), run_id: id })
    if (data.status === 'completed') return true
    if (world.clock.now().getTime() - started >= wait) return false
    await world.clock.sleep(pause)
  }
}

const stillAtWork = ({ url }: ActiveRun): UserError =>
  new UserError('release-busy', `${url} does not end, although it was cancelled: it may still change clusters.`, {
    fix: 'Look at what keeps it. Once it has ended, run this job again; meanwhile the freeze keeps everything else away.',
  })
