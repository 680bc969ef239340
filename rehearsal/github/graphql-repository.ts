import { readRef } from './git.js'
import type { GraphQLCall } from './graphql-call.js'
import { type DeploymentsArguments, deploymentNodes } from './graphql-deployments.js'
import {
  actorNode,
  commentsOf,
  findRepository,
  graphqlError,
  type PageArguments,
  pageOf,
  refNode,
  repositoryFields,
} from './graphql-nodes.js'
import { objectNode } from './graphql-objects.js'
import { pullNode } from './graphql-pulls.js'
import { pullRequests } from './pull-sync.js'
import { nodeId, repoHtml } from './rest/shapes.js'
import type { Issue, IssueEvent, Repo } from './state.js'

export function repositoryNode(call: GraphQLCall, repo: Repo): Record<string, unknown> {
  const ref = async (name: string): Promise<unknown> => {
    findRepository(call, repo.fullName, 'contents:read')
    const full = name.startsWith('refs/') ? name : `refs/heads/${name}`
    const oid = readRef(repo.gitDir, full)
    return oid ? refNode(repo, full, oid) : null
  }
  return {
    ...repositoryFields(call, repo),
    ref: ({ qualifiedName }: { qualifiedName: string }) => ref(qualifiedName),
    defaultBranchRef: () => ref(repo.defaultBranch),
    issue: ({ number }: { number: number }) => {
      findRepository(call, repo.fullName, 'issues:read')
      const issue = repo.issues.get(number)
      if (!issue || issue.pull)
        throw graphqlError('NOT_FOUND', `Could not resolve to an Issue with the number of ${number}.`)
      return issueNode(call, repo, issue)
    },
    pullRequest: ({ number }: { number: number }) => {
      findRepository(call, repo.fullName, 'pull_requests:read')
      const one = pullRequests(repo).find(({ issue }) => issue.number === number)
      if (!one) throw graphqlError('NOT_FOUND', `Could not resolve to a PullRequest with the number of ${number}.`)
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
const eventTypes: Record<string, string> = {
  closed: 'ClosedEvent',
  labeled: 'LabeledEvent',
  reopened: 'ReopenedEvent',
}

function issueNode(call: GraphQLCall, repo: Repo, issue: Issue): Record<string, unknown> {
  const events = issue.timeline.filter(({ event }) => event in eventTypes)
  return {
    __typename: 'Issue',
    id: nodeId('Issue', issue.id),
    number: issue.number,
    title: issue.title,
    url: `${repoHtml(call.state, repo)}/issues/${issue.number}`,
    body: issue.body ?? '',
    createdAt: issue.createdAt,
    state: issue.state.toUpperCase(),
    author: actorNode(call, issue.author),
    editor: actorNode(call, issue.editor),
    userContentEdits: (args: PageArguments) => editsOf(call, issue, args),
    comments: (args: PageArguments) => commentsOf(call, issue, args),
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

const eventNode = (call: GraphQLCall, { id, event, actor, label, createdAt }: IssueEvent) => ({
  __typename: eventTypes[event] ?? '',
  itemType: `${event.toUpperCase()}_EVENT`,
  id: nodeId('IssueEvent', id),
  actor: actorNode(call, actor),
  createdAt,
  ...(label === undefined ? {} : { label: { __typename: 'Label', name: label } }),
})
