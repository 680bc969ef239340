import { UserError } from '../../shared/foundation/errors.js'
import { policyFile } from '../../shared/foundation/workspace.js'
import type { Branch } from '../../shared/github/branches.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { readFile } from '../../shared/github/files.js'
import { queryGraphQL } from '../../shared/github/graphql.js'

/** The deploy repo, as far as no component has to be known. */
export interface DeployRepo {
  /** `owner/name` */
  name: string
  /** Its node id. */
  id: string
  main: Branch
  /** Where the bump branch is, if there is one. */
  tip: string | undefined
  /** The text of the policy on `main`. */
  policy: string | undefined
}

type Blob = { text: string | null; isTruncated: boolean } | null

interface Answer {
  repository: {
    id: string
    defaultBranchRef: { name: string; target: { oid: string; tree: { oid: string } } } | null
    bump: { target: { oid: string } } | null
    policy: Blob
  }
}

const query = `query ($owner: String!, $repo: String!, $bump: String!, $policy: String!) {
  repository(owner: $owner, name: $repo) {
    id
    defaultBranchRef { name target { oid ... on Commit { tree { oid } } } }
    bump: ref(qualifiedName: $bump) { target { oid } }
    policy: object(expression: $policy) { ...text }
  }
}
fragment text on Blob { text isTruncated }`

/** Everything that does not depend on what is in it, in one request. */
export async function readDeployRepo(github: GitHub, name: string, bumpBranch: string): Promise<DeployRepo> {
  const needs = { permission: 'contents: read', to: `read ${name}` }
  const { repository } = await queryGraphQL<Answer>(github, needs, query, {
    ...repoRef(name),
    bump: `refs/heads/${bumpBranch}`,
    policy: `HEAD:${policyFile}`,
  })
  const { id, defaultBranchRef: ref, bump, policy } = repository
  if (!ref) {
    throw new UserError('target-missing', `${name} is empty.`, {
      fix: 'Push your chart and the policy to it; workflows-examples/deploy-repo has a policy to start with.',
    })
  }
  const main = { name: ref.name, tip: ref.target.oid, tree: ref.target.tree.oid }
  // GraphQL cuts long texts, and has none of what it takes for binary.
  const text = async (blob: Blob, path: string): Promise<string | undefined> =>
    blob && (blob.text === null || blob.isTruncated)
      ? await readFile(github, name, path, main.tip)
      : (blob?.text ?? undefined)
  return {
    name,
    id,
    main,
    tip: bump?.target.oid,
    policy: await text(policy, policyFile),
  }
}
