import { GraphQLError } from 'graphql'
import { Refusal } from './errors.js'
import { type GitCommit, readCommit } from './git-commits.js'
import type { GraphQLCall } from './graphql-call.js'
import type { Account } from './identities.js'
import { authorizeOperation } from './permissions.js'
import { nodeId, repoHtml } from './rest/shapes.js'
import type { Comment, Issue, Repo } from './state.js'

/** An error as GitHub's GraphQL reports it, with a `type` for programs. */
export const graphqlError = (type: string, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { type } })

/** The repository, if the caller may do there what `needs` says. @throws GraphQLError NOT_FOUND, FORBIDDEN */
export function findRepository({ state, caller }: GraphQLCall, name: string, needs: string): Repo {
  const repo = state.repos.get(name.toLowerCase())
  const missing = graphqlError('NOT_FOUND', `Could not resolve to a Repository with the name '${name}'.`)
  if (!repo) throw missing
  try {
    authorizeOperation(repo, caller, { route: '', needs }, false)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw error.status === 404 ? missing : graphqlError('FORBIDDEN', error.message)
  }
  const { othersByGraphQL } = state.openRows
  const other = caller.kind === 'job' && caller.repo !== repo.fullName
  if (other && othersByGraphQL === 'not-found') throw missing
  if (other && othersByGraphQL === 'forbidden')
    throw graphqlError('FORBIDDEN', 'Resource not accessible by integration')
  return repo
}

/** A comment under an issue or pull request, by its node id; null for what is none. */
export function commentNode(call: GraphQLCall, id: string): Record<string, unknown> | null {
  for (const repo of call.state.repos.values()) {
    for (const issue of repo.issues.values()) {
      const comment = issue.comments.find((one) => nodeId('IssueComment', one.id) === id)
      if (!comment) continue
      findRepository(call, repo.fullName, 'issues:read')
      return commentFields(call, comment)
    }
  }
  return null
}

const commentFields = (call: GraphQLCall, comment: Comment): Record<string, unknown> => ({
  __typename: 'IssueComment',
  id: nodeId('IssueComment', comment.id),
  databaseId: comment.id,
  body: comment.body,
  createdAt: comment.createdAt,
  updatedAt: comment.updatedAt,
  lastEditedAt: comment.editedAt ?? null,
  author: actorNode(call, comment.author),
})

/** What is said under an issue or pull request, oldest first. */
export const commentsOf = (call: GraphQLCall, { comments }: Issue, args: PageArguments): Record<string, unknown> => ({
  __typename: 'IssueCommentConnection',
  ...pageOf(
    comments.map((comment) => commentFields(call, comment)),
    args,
  ),
})

export interface PageArguments {
  first?: number
  last?: number
  before?: string | null
}

/** The first of them, or the last ones before a cursor, which is an index. */
export function pageOf<T>(all: T[], { first, last, before }: PageArguments): Record<string, unknown> {
  const end = Math.min(before == null ? all.length : Number(before), first ?? all.length)
  const start = Math.max(0, end - (last ?? end))
  const pageInfo = { hasPreviousPage: start > 0, startCursor: String(start), hasNextPage: end < all.length }
  return { totalCount: all.length, nodes: all.slice(start, end), pageInfo: { ...pageInfo, endCursor: String(end) } }
}

/** Anybody as the schema's `Actor`. */
export const actorNode = (call: GraphQLCall, account: Account | undefined): Record<string, unknown> | null =>
  account
    ? {
        __typename: account.type,
        login: account.login.replace(/\[bot\]$/, ''),
        databaseId: account.id,
        url: `${call.state.url}/${account.login}`,
      }
    : null

export const refNode = (repo: Repo, ref: string, oid: string): Record<string, unknown> => ({
  __typename: 'Ref',
  id: nodeId('Ref', `${repo.id}:${ref}`),
  name: ref.replace(/^refs\/(heads|tags)\//, ''),
  prefix: /^refs\/(heads|tags)\//.exec(ref)?.[0] ?? '',
  target: {
    __typename: 'Commit',
    oid,
    id: nodeId('Commit', oid),
    tree: async () => ({ __typename: 'Tree', oid: (await readCommit(repo.gitDir, oid))?.tree }),
  },
})

export function commitNode({ state }: GraphQLCall, repo: Repo, commit: GitCommit): Record<string, unknown> {
  const [messageHeadline = '', , ...body] = commit.message.split('\n')
  return {
    __typename: 'Commit',
    id: nodeId('Commit', commit.sha),
    oid: commit.sha,
    abbreviatedOid: commit.sha.slice(0, 7),
    url: `${repoHtml(state, repo)}/commit/${commit.sha}`,
    commitUrl: `${repoHtml(state, repo)}/commit/${commit.sha}`,
    message: commit.message,
    messageHeadline,
    messageBody: body.join('\n'),
    authoredDate: commit.author.date,
    committedDate: commit.committer.date,
    tree: { __typename: 'Tree', oid: commit.tree },
    signature: repo.verified.has(commit.sha)
      ? { __typename: 'GpgSignature', isValid: true, state: 'VALID', wasSignedByGitHub: true }
      : null,
  }
}

/** A repository without what it holds, as far as anything here asks. */
export const repositoryFields = ({ state }: GraphQLCall, repo: Repo): Record<string, unknown> => ({
  __typename: 'Repository',
  id: nodeId('Repository', repo.id),
  databaseId: repo.id,
  name: repo.name,
  nameWithOwner: repo.fullName,
  url: repoHtml(state, repo),
  isPrivate: repo.private,
  mergeCommitAllowed: repo.mergeMethods?.includes('merge') !== false,
  squashMergeAllowed: repo.mergeMethods?.includes('squash') !== false,
  rebaseMergeAllowed: repo.mergeMethods?.includes('rebase') !== false,
  autoMergeAllowed: repo.allowAutoMerge === true,
})
