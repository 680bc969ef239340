import { findAccount } from './accounts.js'
import { findRun } from './runs.js'
import type { Deployment, State } from './state.js'

/**
 * The Deployment that GitHub makes for a job with `environment:`, unless that says `deployment: false` (I6): with an empty payload, and
 * in the name of whoever started the run, also where that is an App's bot.
 *
 * @returns gives it the state in which the job ended.
 */
export function jobDeployment(state: State, runId: number, environment: string): (succeeded: boolean) => void {
  const found = findRun(state, runId)
  const creator = found && findAccount(state, found.run.actor)
  if (!found || !creator) return () => undefined
  const { repo, run } = found
  const at = state.now()
  const deployment: Deployment = {
    ...{ id: state.nextId(), sha: run.headSha, ref: run.headBranch, task: 'deploy', environment, payload: {} },
    ...{ description: null, transient: false, production: environment === 'production', creator },
    ...{ createdAt: at, updatedAt: at, statuses: [] },
  }
  const add = (name: string): void => {
    const status = { id: state.nextId(), state: name, description: '', environmentUrl: '', logUrl: '', creator }
    deployment.statuses.push({ ...status, createdAt: state.now() })
  }
  repo.deployments.push(deployment)
  add('in_progress')
  return (succeeded) => add(succeeded ? 'success' : 'failure')
}
