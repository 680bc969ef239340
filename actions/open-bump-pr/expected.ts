import { MissingPermission } from '../../shared/foundation/errors.js'
import type { Log } from '../../shared/foundation/log.js'
import type { GitHub } from '../../shared/github/client.js'
import { deployDurations, median } from '../../shared/records/durations.js'
import type { DeployedVersion } from './facts.js'

/** How long a deploy takes, in ms: the median of the last twenty. Nice to know: without the permission there is none. */
export async function expectedDuration(
  github: GitHub,
  { repo, policy }: Pick<DeployedVersion, 'repo' | 'policy'>,
  log: Log,
): Promise<number | undefined> {
  try {
    const clusters = policy.clusters.map(({ name }) => name)
    return median(await deployDurations({ github, repo: repo.name, gateBot: policy.apps.gate.bot, clusters }))
  } catch (error) {
    if (!(error instanceof MissingPermission)) throw error
    log.info(`How long a deploy takes is not known. ${error.message}`)
    return undefined
  }
}
