import { sha256 } from '../foundation/digest.js'
import { UserError } from '../foundation/errors.js'
import { policyFile } from '../foundation/workspace.js'
import type { GitHub } from '../github/client.js'
import { readFile } from '../github/files.js'
import { type Policy, parsePolicy } from './policy.js'

/**
 * The deploy repo's policy on a branch: its default one, never a pull request's own copy.
 *
 * @throws UserError `policy-invalid`, also where there is none.
 */
export async function policyOn(github: GitHub, repo: string, branch: string): Promise<Policy> {
  return (await judgingPolicyOn(github, repo, branch)).policy
}

/** The same with its digest. */
export async function judgingPolicyOn(
  github: GitHub,
  repo: string,
  branch: string,
): Promise<{ policy: Policy; digest: string }> {
  const text = await readFile(github, repo, policyFile, branch)
  if (text !== undefined) return { policy: parsePolicy(text), digest: policyDigest(text) }
  throw noPolicy(repo, branch)
}

/** Of the policy file's text: 32 hex digits, of which there is room in a check's `external_id`. */
export const policyDigest = (text: string): string => sha256(text).slice(0, 32)

/** Which policy the deploy repo had at a commit; undefined where it had none. */
export async function policyDigestAt(github: GitHub, repo: string, commit: string): Promise<string | undefined> {
  const text = await readFile(github, repo, policyFile, commit)
  return text === undefined ? undefined : policyDigest(text)
}

export const noPolicy = (repo: string, branch: string): UserError =>
  new UserError('policy-invalid', `${repo} has no ${policyFile} on its branch ${branch}.`, {
    fix: 'Add the policy there. workflows-examples/deploy-repo contains one to start from.',
    at: { file: policyFile },
  })
