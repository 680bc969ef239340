import type { Runtime } from '../../shared/action/runtime.js'
import type { Workspace } from '../../shared/foundation/workspace.js'
import type { GitHub } from '../../shared/github/client.js'
import type { Policy } from '../../shared/policy/policy.js'

/** What every mode is given. */
export interface DeployRepoContext {
  policy: Policy
  workspace: Workspace
  /** Reads this repository; in modes `record` and `approve` it is the gate App. */
  github: GitHub
  world: Runtime
}
