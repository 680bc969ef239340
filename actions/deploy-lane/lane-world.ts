import type { Log } from '../../shared/action/world.js'
import type { GitHub } from '../../shared/github/client.js'
import type { Blocker } from '../../shared/holds/blockers.js'
import type { Policy } from '../../shared/policy/policy.js'
import type { Lane } from './types.js'

/** What every component's lane is read from. */
export interface LaneWorld {
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
  usual: Lane['usual']
  window: Lane['window']
  /** The web address of GitHub. */
  serverUrl: string
  log: Log
}
