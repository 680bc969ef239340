import { stopStagingTrials } from '../../../shared/github/stop-staging-trials.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import type { DeployRepoContext } from '../context.js'
import type { Io } from '../io.js'

/** How long a trial may take to roll staging back, in milliseconds; then it is ended, and the deploy replaces what it left. */
const patience = 5 * 60_000

/** Before main is deployed: ends running staging trials. Safe to repeat. */
export async function preemptStagingTrial({ github, world }: DeployRepoContext): Promise<ActionOutcome<Io['outputs']>> {
  const stopped = await stopStagingTrials({ runs: github, world, wait: patience })
  const message =
    stopped.length === 0
      ? 'No staging trial is running.'
      : `Cancelled, because deploys of main have priority: ${stopped.map(({ url }) => url).join(', ')}.`
  world.log.info(message)
  const reason = stopped.length === 0 ? 'up-to-date' : 'ok'
  return {
    finding: { decision: stopped.length === 0 ? 'unchanged' : 'updated', reason, message, commit: world.run.sha },
    outputs: {},
  }
}
