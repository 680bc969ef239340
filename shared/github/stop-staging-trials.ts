import { hasStatus } from './errors.js'
import { type ActiveRun, type Runs, stopRuns } from './stop-runs.js'

/** The file of the workflow that rehearses a change on staging; not every deploy repo has it. */
export const stagingWorkflow = 'stage.yml'

/**
 * Takes staging for what goes before: whatever is rehearsed there is cancelled, and brings staging back by itself, or is ended
 * where that takes too long. Also what has not begun, or would only go on when a runner is free. Safe to repeat.
 */
export async function stopStagingTrials(where: Omit<Runs, 'workflow'>): Promise<ActiveRun[]> {
  try {
    return await stopRuns({ ...where, workflow: stagingWorkflow, queued: true })
  } catch (error) {
    if (hasStatus(error, 404)) return []
    throw error
  }
}
