import { GraphQLError } from 'graphql'
import { Refusal } from './errors.js'
import { readRef } from './git.js'
import { type Commit, readCommit } from './git-commits.js'
import type { GraphQLCall } from './graphql.js'
import { type DeploymentsArguments, deploymentNodes } from './graphql-deployments.js'
import { objectNode } from './graphql-objects.js'
import { pullNode } from './graphql-pulls.js'
import { authorize } from './permissions.js'
import { pullRequests } from './pull-sync.js'
import { nodeId, repoHtml } from './rest/shapes.js'
import type { Account, Issue, IssueEvent, Repo } from './state.js'

/** An error as GitHub's GraphQL reports it, with a `type` for programs. */
export const typed = (type: string, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { type } })

/** The repository, if the caller may do there what `needs` says. @throws GraphQLError NOT_FOUND, FORBIDDEN */
export function findRepository({ state, caller }: GraphQLCall, name: string, needs: string): Repo {
  const repo = state.repos.get(name.toLowerCase())
  const missing = typed('NOT_FOUND', `Could not resolve to a Repository with the name '${name}'.`)
  if (!repo) throw missing
  try {
    authorize(repo, caller, { route: '', needs }, false)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw error.status === 404 ? missing : typed('FORBIDDEN', error.message)
  }
  const { othersByGraphQL } = state.openRows
  const other = caller.kind === 'job' && caller.repo !== repo.fullName
  if (other && othersByGraphQL === 'not-found') throw missing
  if (other && othersByGraphQL === 'forbidden') throw typed('FORBIDDEN', 'Resource not accessible by integration')
  return repo
}

export function repositoryNode(call: GraphQLCall, repo: Repo): Record<string, unknown> {
  const { state } = call
  const ref = async (name: string): Promise<unknown> => {
    findRepository(call, repo.fullName, 'contents:read')
    const full = name.startsWith('refs/') ? name : `refs/heads/${name}`
    const oid = readRef(repo.gitDir, full)
    return oid ? refNode(repo, full, oid) : null
  }
  return {
    __typename: 'Repository',
    id: nodeId('Repository', repo.id),
    databaseId: repo.id,
    name: repo.name,
    nameWithOwner: repo.fullName,
    url: repoHtml(state, repo),
    isPrivate: repo.private,
    ref: ({ qualifiedName }: { qualifiedName: string }) => ref(qualifiedName),
    defaultBranchRef: () => ref(repo.defaultBranch),
    issue: ({ number }: { number: number }) => {
      findRepository(call, repo.fullName, 'issues:read')
      const issue = repo.issues.get(number)
      if (!issue || issue.pull) throw typed('NOT_FOUND', `Could not resolve to an Issue with the number of ${number}.`)
      return issueNode(call, repo, issue)
    },
    pullRequest: ({ number }: { number: number }) => {
      findRepository(call, repo.fullName, 'pull_requests:read')
      const one = pullRequests(repo).find(({ issue }) => issue.number === number)
      if (!one) throw typed('NOT_FOUND', `Could not resolve to a PullRequest with the number of ${number}.`)
      return pullNode(call, repo, one)
    },
    pullRequests: (args: PullsArguments) => {
      findRepository(call, repo.fullName, 'pull_requests:read')
      return pullsPage(call, repo, args)
    },
    object: (which: { expression?: string; oid?: string }) => objectNode(call, repo, which),
    deployments: (args: DeploymentsArguments) => deploymentNodes(call, repo, args),
  }
}

interface PullsArguments {
  states?: string[]
  baseRefName?: string
  first?: number
  after?: string | null
}

/** Oldest first; a cursor is the number of the last one. */
function pullsPage(
  call: GraphQLCall,
  repo: Repo,
  { states, baseRefName, first = 100, after }: PullsArguments,
): Record<string, unknown> {
  const wanted = pullRequests(repo)
    .filter(({ issue, pull }) => !states || states.includes(pull.merged ? 'MERGED' : issue.state.toUpperCase()))
    .filter(({ pull }) => !baseRefName || pull.base === baseRefName)
    .filter(({ issue }) => issue.number > Number(after ?? 0))
  const page = wanted.slice(0, first)
  const endCursor = page.length === 0 ? null : String(page.at(-1)?.issue.number)
  const pageInfo = { hasNextPage: wanted.length > page.length, endCursor }
  return { totalCount: wanted.length, nodes: page.map((one) => pullNode(call, repo, one)), pageInfo }
}

/** The events that GraphQL has a type of its own for, as far as anything here asks. */
const eventTypes: Record<string, string> = { closed: 'ClosedEvent', labeled: 'LabeledEvent', reopened: 'ReopenedEvent' }

function issueNode(call: GraphQLCall, repo: Repo, issue: Issue): Record<string, unknown> {
  const events = issue.timeline.filter(({ event }) => event in eventTypes)
  return {
    __typename: 'Issue',
    id: nodeId('Issue', issue.id),
    number: issue.number,
    title: issue.title,
    url: `${repoHtml(call.state, repo)}/issues/${issue.number}`,
    body: issue.body ?? '',
    state: issue.state.toUpperCase(),
    author: actorNode(call, issue.author),
    editor: actorNode(call, issue.editor),
    userContentEdits: (args: PageArguments) => editsOf(call, issue, args),
    timelineItems: ({ itemTypes, ...args }: PageArguments & { itemTypes?: string[] }) => ({
      __typename: 'IssueTimelineItemsConnection',
      ...pageOf(
        events
          .map((event) => eventNode(call, event))
          .filter(({ itemType }) => !itemTypes || itemTypes.includes(itemType)),
        args,
      ),
    }),
  }
}

interface PageArguments {
  first?: number
  last?: number
  before?: string | null
}

/** The first of them, or the last ones before a cursor, which is an index. */
function pageOf<T>(all: T[], { first, last, before }: PageArguments): Record<string, unknown> {
  const end = Math.min(before == null ? all.length : Number(before), first ?? all.length)
  const start = Math.max(0, end - (last ?? end))
  const pageInfo = { hasPreviousPage: start > 0, startCursor: String(start), hasNextPage: end < all.length }
  return { totalCount: all.length, nodes: all.slice(start, end), pageInfo: { ...pageInfo, endCursor: String(end) } }
}

/** The newest first. */
const editsOf = (call: GraphQLCall, { edits }: Issue, args: PageArguments): Record<string, unknown> => ({
  __typename: 'UserContentEditConnection',
  ...pageOf(
    edits
      .toReversed()
      .map(({ by, at }) => ({ __typename: 'UserContentEdit', editedAt: at, editor: actorNode(call, by) })),
    args,
  ),
})

/** A comment under an issue or pull request, by its node id; null for what is none. */
export function commentNode(call: GraphQLCall, id: string): Record<string, unknown> | null {
  for (const repo of call.state.repos.values()) {
    for (const issue of repo.issues.values()) {
      const comment = issue.comments.find((one) => nodeId('IssueComment', one.id) === id)
      if (!comment) continue
      findRepository(call, repo.fullName, 'issues:read')
      const { body, createdAt, updatedAt, editedAt: lastEditedAt = null } = comment
      const author = actorNode(call, comment.author)
      return {
        __typename: 'IssueComment',
        id,
        databaseId: comment.id,
        body,
        createdAt,
        updatedAt,
        lastEditedAt,
        author,
      }
    }
  }
  return null
}

const eventNode = (call: GraphQLCall, { id, event, actor, label }: IssueEvent) => ({
  __typename: eventTypes[event] ?? '',
  itemType: `${event.toUpperCase()}_EVENT`,
  id: nodeId('IssueEvent', id),
  actor: actorNode(call, actor),
  ...(label === undefined ? {} : { label: { __typename: 'Label', name: label } }),
})

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

export function commitNode({ state }: GraphQLCall, repo: Repo, commit: Commit): Record<string, unknown> {
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
