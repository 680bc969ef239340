import { resolveCommit } from './git.js'
import { isBlob, listTree, readBlob, readCommit } from './git-commits.js'
import type { GraphQLCall } from './graphql-call.js'
import { commitNode, findRepository, graphqlError } from './graphql-nodes.js'
import { pullNode } from './graphql-pulls.js'
import { pullRecordsWithCommit } from './pulls-with-commit.js'
import { nodeId } from './rest/shapes.js'
import type { Repo } from './state.js'

/** GitHub cuts a blob's text off there. */
const maxText = 512_000

/** What `Repository.object` finds: a commit by its name, a file as `COMMIT:PATH`, or a blob by its SHA. */
export async function objectNode(
  call: GraphQLCall,
  repo: Repo,
  { expression, oid }: { expression?: string; oid?: string },
): Promise<Record<string, unknown> | null> {
  findRepository(call, repo.fullName, 'contents:read')
  if (oid !== undefined && (await isBlob(repo.gitDir, oid))) return blobOf(repo, oid)
  const [name = '', path] = (oid ?? expression ?? '').split(/:(.*)/s)
  const sha = await resolveCommit(repo.gitDir, name === 'HEAD' ? repo.defaultBranch : name)
  if (!sha) return null
  if (path !== undefined) return blobNode(repo, sha, path)
  const commit = await readCommit(repo.gitDir, sha)
  return (
    (commit && {
      ...commitNode(call, repo, commit),
      associatedPullRequests: async ({ first }: { first: number }) => {
        findRepository(call, repo.fullName, 'pull_requests:read')
        const pulls = await pullRecordsWithCommit(repo, sha)
        const nodes = pulls.slice(0, first).map((one) => pullNode(call, repo, one))
        return { totalCount: pulls.length, nodes, pageInfo: { hasNextPage: pulls.length > first } }
      },
    }) ??
    null
  )
}

async function blobNode(repo: Repo, sha: string, path: string): Promise<Record<string, unknown> | null> {
  const [entry] = await listTree(repo.gitDir, sha, { path })
  if (!entry) return null
  if (entry.type !== 'blob')
    throw graphqlError('NOT_EMULATED', `The emulator has no object for the ${entry.type} ${path}`)
  return blobOf(repo, entry.sha)
}

async function blobOf(repo: Repo, sha: string): Promise<Record<string, unknown>> {
  const bytes = await readBlob(repo.gitDir, sha)
  const isBinary = bytes.includes(0)
  return {
    __typename: 'Blob',
    id: nodeId('Blob', sha),
    oid: sha,
    byteSize: bytes.length,
    isBinary,
    isTruncated: bytes.length > maxText,
    text: isBinary ? null : bytes.subarray(0, maxText).toString('utf8'),
  }
}
