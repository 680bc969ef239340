import { type GitHub, repoRef } from './client.js'

/** The workflow that judges one pull request. */
const workflow = 'gate.yml'

/**
 * Has a pull request judged again. A dispatch is the one event that starts a workflow although a job's own token caused it.
 *
 * @param github may start workflows (`actions: write`)
 * @param ref the default branch
 */
export async function startGate(github: GitHub, repo: string, ref: string, pull: number): Promise<void> {
  const inputs = { 'pull-request': String(pull) }
  await github.rest.actions.createWorkflowDispatch({ ...repoRef(repo), workflow_id: workflow, ref, inputs })
}
