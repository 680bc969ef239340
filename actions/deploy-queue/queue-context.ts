import type { Blocker } from '../../shared/blocks/blockers.js'
import type { Log } from '../../shared/foundation/log.js'
import type { GitHub } from '../../shared/github/client.js'
import type { Policy } from '../../shared/policy/policy.js'
import type { QueueState } from './types.js'

/** What every component's queue is read from. */
export interface QueueContext {
  policy: Policy
  /** Reads the deploy repo. */
  github: GitHub
  /** Reads the upstream repositories. */
  upstream: GitHub
  /** `owner/name` of the deploy repo. */
  deployRepo: string
  /** The deploy repo's default branch, and its tip. */
  deployBranch: string
  deployTip: string
  /** Every hold and freeze that stands. */
  blockers: Blocker[]
  usual: QueueState['usual']
  window: QueueState['window']
  /** The web address of GitHub. */
  serverUrl: string
  log: Log
}
