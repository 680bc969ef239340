import { UserError } from '../foundation/errors.js'
import { branchTip } from './branches.js'
import type { GitHub } from './client.js'
import { queryGraphQL } from './graphql.js'
import { limitOf } from './limits.js'

const nowhere = '0'.repeat(40)

const update = `mutation ($repositoryId: ID!, $name: GitRefname!, $before: GitObjectID!, $after: GitObjectID!) {
  updateRefs(input: {
    repositoryId: $repositoryId, refUpdates: [{ name: $name, beforeOid: $before, afterOid: $after, force: true }]
  }) { clientMutationId }
}`

export interface BranchMove {
  /** Without `refs/heads/`. */
  name: string
  /** Where it is known to be, and where it is to be; undefined where it is not there. */
  before: string | undefined
  after: string | undefined
}

/**
 * Makes, moves or deletes a branch, only if it still is where it is known to be: REST cannot compare and swap.
 *
 * C13: where the move brings other workflow files, GitHub refuses it to an App without `workflows`.
 *
 * @param id the repository's node id
 * @returns false where somebody else was faster.
 */
export async function moveBranch(
  github: GitHub,
  { repo, id }: { repo: string; id: string },
  { name, before, after }: BranchMove,
): Promise<boolean> {
  const needs = { permission: 'contents: write', to: `push to ${repo}` }
  const variables = { name: `refs/heads/${name}`, before: before ?? nowhere, after: after ?? nowhere }
  try {
    await queryGraphQL(github, needs, update, { repositoryId: id, ...variables })
    return true
  } catch (error) {
    // An answer can get lost, and how GitHub words this refusal is not documented: where the branch is now tells.
    const tip = await branchTip(github, repo, name)
    if (tip === after) return true
    if (tip !== before) return false
    throw before === undefined || after === undefined ? error : (workflowRefusal(name, error) ?? error)
  }
}

/**
 * C13: whether an App without `workflows` may move a branch over changes of workflow files that the default branch has already is not
 * known. What a person does then, where GitHub's refusal speaks of that; undefined for every other error.
 */
export function workflowRefusal(branch: string, error: unknown): UserError | undefined {
  if (limitOf(error)) return undefined
  const { response } = error as { response?: { headers?: Record<string, unknown> } }
  const accepted = String(response?.headers?.['x-accepted-github-permissions'] ?? '')
  if (!/workflow/i.test(`${error instanceof Error ? error.message : ''} ${accepted}`)) return undefined
  return new UserError(
    'missing-permission',
    `GitHub does not allow moving the branch ${branch}: workflow files have changed on the default branch since it was created.`,
    {
      fix: `Press "Update branch" in its pull request and run this job again. Or delete the branch ${branch}: the next run creates it and its pull request again.`,
      cause: error,
    },
  )
}
