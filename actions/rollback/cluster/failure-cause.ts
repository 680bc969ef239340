import { readNeeds } from '../../../shared/action/needs.js'
import type { Runtime } from '../../../shared/action/runtime.js'
import { runKey } from '../../../shared/foundation/run-facts.js'
import type { GitHub } from '../../../shared/github/client.js'
import { explainGitHub } from '../../../shared/github/errors.js'
import type { Policy } from '../../../shared/policy/policy.js'
import { endingsOf } from '../../../shared/records/deployments.js'
import { rollbackCause } from '../../../shared/records/rollback-causes.js'
import { causeFromJobs } from './jobs.js'

interface Context {
  policy: Policy
  github: GitHub
  world: Runtime
  /** `toJSON(needs)` of the workflow; may be empty. */
  jobs: string
}

/** Why clusters are rolled back. */
export interface FailureCause {
  /** In a sentence: strangers' text. */
  text: string
  /** Whether GitHub's records say so, or only the run itself, because GitHub does not answer. */
  recorded: boolean
}

/**
 * Why this run's clusters are rolled back; undefined where they are not. GitHub's records decide; while GitHub does not answer, all
 * retries included, what the run itself knows, since users wait.
 *
 * @throws UserError `github-unreachable` where neither tells.
 */
export async function failureCauseOf({ policy, github, world, jobs }: Context): Promise<FailureCause | undefined> {
  const place = { github, repo: world.run.repository, gateBot: policy.apps.gate.bot }
  const optional = policy.clusters.filter((one) => one.optional).map(({ name }) => name)
  const run = runKey(world.run)
  try {
    const cause = rollbackCause(await endingsOf(place, world.run.sha, run), optional)
    return cause && { text: `${cause.record.cluster}: ${cause.description}`, recorded: true }
  } catch (error) {
    const problem = explainGitHub(error)
    const known = readNeeds(jobs)
    if (problem?.reason !== 'github-unreachable' || !known) throw error
    world.log.warning(`${problem.message} Lockstep decides by how the jobs of this run ended.`)
    const text = causeFromJobs(known, run, optional)
    return text === undefined ? undefined : { text, recorded: false }
  }
}
