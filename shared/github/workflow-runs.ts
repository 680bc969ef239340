import { type GitHub, repoRef } from './client.js'
import { hasStatus } from './errors.js'

/** Whether a workflow run is over. One that GitHub no longer knows is. Needs `actions: read` where the repository is private. */
export async function runHasEnded(github: GitHub, repo: string, id: number): Promise<boolean> {
  try {
    const { data } = await github.rest.actions.getWorkflowRun({ ...repoRef(repo), run_id: id })
    return data.status === 'completed'
  } catch (error) {
    if (hasStatus(error, 404)) return true
    throw error
  }
}
