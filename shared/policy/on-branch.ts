import { UserError } from '../action/errors.js'
import type { GitHub } from '../github/client.js'
import { readFile } from '../github/files.js'
import { type Policy, parsePolicy, policyFile } from './policy.js'

/**
 * The deploy repo's policy on a branch: its default one, never a pull request's own copy.
 *
 * @throws UserError `policy-invalid`, also where there is none.
 */
export async function policyOn(github: GitHub, repo: string, branch: string): Promise<Policy> {
  const text = await readFile(github, repo, policyFile, branch)
  if (text !== undefined) return parsePolicy(text)
  throw noPolicy(repo, branch)
}

export const noPolicy = (repo: string, branch: string): UserError =>
  new UserError('policy-invalid', `${repo} has no ${policyFile} on its branch ${branch}.`, {
    fix: 'Add the policy there; workflows-examples/deploy-repo has one to begin with.',
    at: { file: policyFile },
  })
