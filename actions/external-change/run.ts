import type { InputValues } from '../../shared/action/inputs.js'
import type { Runtime } from '../../shared/action/runtime.js'
import { defaultBranchName } from '../../shared/github/branches.js'
import { policyOn } from '../../shared/policy/on-branch.js'
import type { ActionOutcome } from '../../shared/runtime/action.js'
import { commandOnChange, recordInspection, requestChange } from './change.js'
import { inspectCluster } from './inspect.js'
import type { definition } from './io.js'
import { continueSoaks } from './soak.js'
import { recordSoak } from './soak-alert/record-soak.js'

/**
 * A change that no repository holds, as an upgrade of a control plane in a cloud's console: each mode is one step of it. The
 * policy is the default branch's.
 *
 * @throws UserError whatever a person has to mend first.
 */
export async function externalChange(
  inputs: InputValues<typeof definition.inputs>,
  world: Runtime,
): Promise<ActionOutcome<typeof definition.outputs>> {
  const repo = world.run.repository
  const github = world.github(inputs.token)
  const branch = await defaultBranchName(github, repo)
  const context = { github, policy: await policyOn(github, repo, branch), branch, world }
  switch (inputs.mode) {
    case 'request':
      return requestChange(context, inputs['change-request'])
    case 'command':
      return commandOnChange(context)
    case 'inspect':
      return inspectCluster(context, inputs)
    case 'record-inspection':
      return recordInspection(context, inputs)
    case 'record-soak':
      return recordSoak(context, inputs)
    case 'reconcile':
      return continueSoaks(context)
  }
}
