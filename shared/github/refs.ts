import { branchTip } from './branches.js'
import type { GitHub } from './client.js'
import { ask } from './graphql.js'

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
    await ask(github, needs, update, { repositoryId: id, ...variables })
    return true
  } catch (error) {
    // An answer can get lost, and how GitHub words this refusal is not documented: where the branch is now tells.
    const tip = await branchTip(github, repo, name)
    if (tip === after) return true
    if (tip !== before) return false
    throw error
  }
}
