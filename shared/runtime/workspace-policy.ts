import { UserError } from '../foundation/errors.js'
import { policyFile, type Workspace } from '../foundation/workspace.js'
import { type Policy, parsePolicy } from '../policy/policy.js'

/** The policy of the checked out commit. @throws UserError `policy-invalid` */
export async function workspacePolicy(workspace: Workspace): Promise<Policy> {
  const text = await workspace.read(policyFile)
  if (text !== undefined) return parsePolicy(text, policyFile)
  throw new UserError('policy-invalid', `There is no ${policyFile} in the workspace.`, {
    fix: 'Check out the deploy repo (actions/checkout) in a step before this one, at the commit of the run.',
    at: { file: policyFile },
  })
}
