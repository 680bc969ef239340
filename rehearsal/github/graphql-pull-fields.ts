import { gitText } from './git.js'
import { readCommit } from './git-commits.js'
import { gitDiff } from './git-diff.js'
import type { GraphQLCall } from './graphql-call.js'
import { actorNode, commitNode, findRepository } from './graphql-nodes.js'
import type { PullRequest } from './pull-sync.js'
import { nodeId } from './rest/shapes.js'
import type { Pull, Repo } from './state.js'

interface Page {
  first?: number
  last?: number
}

/** What of a pull request is looked up only where it is asked for: files, labels, reviews, and the head's statuses. */
export function pullFields(call: GraphQLCall, repo: Repo, { issue, pull }: PullRequest): Record<string, unknown> {
  return {
    reviewDecision: decisionOf(repo, pull),
    labels: ({ first = 100 }: Page) => ({
      nodes: issue.labels.slice(0, first).map(({ id, name }) => ({ id: nodeId('Label', id), name })),
    }),
    files: async ({ first = 100 }: Page) => {
      const base = (await gitText(repo.gitDir, ['merge-base', pull.baseSha, pull.headSha])).trim()
      const files = await gitDiff(repo.gitDir, base, pull.headSha)
      const nodes = files
        .slice(0, first)
        .map(({ filename, status }) => ({ path: filename, changeType: typeOf(status) }))
      return { totalCount: files.length, nodes, pageInfo: { hasNextPage: files.length > first, endCursor: null } }
    },
    // Only approvals are ever asked for.
    reviews: ({ last = 100 }: Page) => {
      const approvals = pull.reviews.filter(({ state }) => state === 'APPROVED')
      const nodes = approvals.slice(-last).map(({ author }) => ({ author: actorNode(call, author) }))
      return { totalCount: approvals.length, nodes }
    },
    commits: async () => {
      const commit = await readCommit(repo.gitDir, pull.headSha)
      const node = commit && { ...commitNode(call, repo, commit), status: () => statusNode(call, repo, pull.headSha) }
      // Only the last one is ever asked for.
      return { totalCount: 1, nodes: node ? [{ commit: node }] : [] }
    },
  }
}

const typeOf = (status: string): string => (status === 'removed' ? 'DELETED' : status.toUpperCase())

/** The newest word of everybody counts; without a rule that asks for reviews there may be no decision. */
function decisionOf(repo: Repo, { reviews }: Pull): 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED' | null {
  const words = new Map(
    reviews
      .filter(({ state }) => state !== 'COMMENTED' && state !== 'PENDING')
      .map(({ author, state }) => [author, state]),
  )
  const given = [...words.values()]
  if (given.includes('CHANGES_REQUESTED')) return 'CHANGES_REQUESTED'
  if (given.includes('APPROVED')) return 'APPROVED'
  return repo.reviewRequired ? 'REVIEW_REQUIRED' : null
}

function statusNode(call: GraphQLCall, repo: Repo, sha: string): Record<string, unknown> | null {
  findRepository(call, repo.fullName, 'statuses:read')
  const own = repo.statuses.filter((status) => status.sha === sha)
  if (own.length === 0) return null
  return {
    context: ({ name }: { name: string }) => {
      const one = own.findLast(({ context }) => context === name)
      return one
        ? { state: one.state.toUpperCase(), description: one.description, targetUrl: one.targetUrl, context: name }
        : null
    },
  }
}
