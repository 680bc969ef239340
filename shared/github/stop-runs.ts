import type { Clock } from '../foundation/clock.js'
import { UserError } from '../foundation/errors.js'
import type { Log } from '../foundation/log.js'
import type { RunFacts } from '../foundation/run-facts.js'
import { type GitHub, repoRef } from './client.js'
import { hasStatus } from './errors.js'

export interface Runs {
  /** May cancel runs (`actions: write`). */
  runs: GitHub
  world: { run: RunFacts; log: Log; clock: Clock }
  /** File name of the workflow. */
  workflow: string
  /** How long runs may take to end by themselves, and then once more when forced to, in milliseconds. */
  wait: number
  /** Whether those that have not begun, or wait for a runner, are meant as well. */
  queued?: boolean
}

export interface ActiveRun {
  id: number
  url: string
}

const pause = 2_000

/**
 * Cancels every run of a workflow that is at work, and waits for its end; its own jobs that always run still bring back what
 * it touched. Safe to repeat.
 *
 * @throws UserError `operation-in-progress` where one does not end.
 */
export async function stopRuns(which: Runs): Promise<ActiveRun[]> {
  const { world } = which
  const active = await activeRuns(which)
  for (const run of active) {
    world.log.info(`Cancelling ${run.url} and waiting for its end.`)
    await ask(which, 'cancel', run)
  }
  for (const run of active) {
    if (await endsWithin(which, run)) continue
    world.log.warning(`${run.url} does not end: forcing it.`)
    await ask(which, 'force', run)
    if (!(await endsWithin(which, run))) throw stillAtWork(run)
  }
  return active
}

// "waiting" is for somebody's review of an environment, in the middle of a run.
const atWork = ['in_progress', 'waiting'] as const
const notBegun = ['queued', 'pending', 'requested'] as const

/** @throws GitHub's 404 where there is no such workflow. */
export async function activeRuns({
  runs,
  world,
  workflow,
  queued = false,
}: Pick<Runs, 'runs' | 'world' | 'workflow' | 'queued'>): Promise<ActiveRun[]> {
  const at = { ...repoRef(world.run.repository), workflow_id: workflow, per_page: 100 }
  const lists = await Promise.all(
    [...atWork, ...(queued ? notBegun : [])].map((status) => runs.rest.actions.listWorkflowRuns({ ...at, status })),
  )
  return lists.flatMap(({ data }) => data.workflow_runs.map(({ id, html_url: url }) => ({ id, url })))
}

async function ask({ runs, world }: Runs, how: 'cancel' | 'force', { id }: ActiveRun): Promise<void> {
  const run = { ...repoRef(world.run.repository), run_id: id }
  try {
    if (how === 'cancel') await runs.rest.actions.cancelWorkflowRun(run)
    else await runs.rest.actions.forceCancelWorkflowRun(run)
  } catch (error) {
    // It has ended meanwhile.
    if (!hasStatus(error, 409)) throw error
  }
}

async function endsWithin({ runs, world, wait }: Runs, { id }: ActiveRun): Promise<boolean> {
  const started = world.clock.now().getTime()
  for (;;) {
    const { data } = await runs.rest.actions.getWorkflowRun({ ...repoRef(world.run.repository), run_id: id })
    if (data.status === 'completed') return true
    if (world.clock.now().getTime() - started >= wait) return false
    await world.clock.sleep(pause)
  }
}

const stillAtWork = ({ url }: ActiveRun): UserError =>
  new UserError(
    'operation-in-progress',
    `${url} does not end, although it was cancelled: it may still change clusters.`,
    {
      fix: 'Find out why. Once it has ended, run this job again.',
    },
  )
