import { readCommit } from './git-commits.js'
import type { GraphQLCall } from './graphql-call.js'
import { actorNode, commitNode, findRepository, graphqlError } from './graphql-nodes.js'
import { nodeId } from './rest/shapes.js'
import type { Deployment, Repo } from './state.js'

export interface DeploymentsArguments {
  first?: number
  environments?: string[]
  orderBy?: { field: 'CREATED_AT'; direction: 'ASC' | 'DESC' }
}

/** `Repository.deployments`, oldest first unless it is asked otherwise. */
export function deploymentNodes(
  call: GraphQLCall,
  repo: Repo,
  { first = 100, environments, orderBy }: DeploymentsArguments,
): Record<string, unknown> {
  findRepository(call, repo.fullName, 'deployments:read')
  const { caller, state } = call
  if (caller.kind === 'job' && caller.repo !== repo.fullName && !state.openRows.jobsSeeOthersDeployments)
    throw graphqlError('FORBIDDEN', 'Resource not accessible by integration')
  const wanted = repo.deployments.filter(({ environment }) => environments?.includes(environment) ?? true)
  const sorted = orderBy?.direction === 'DESC' ? wanted.toReversed() : wanted
  return { totalCount: wanted.length, nodes: sorted.slice(0, first).map((one) => deploymentNode(call, repo, one)) }
}

const deploymentNode = (call: GraphQLCall, repo: Repo, one: Deployment): Record<string, unknown> => ({
  __typename: 'Deployment',
  id: nodeId('Deployment', one.id),
  databaseId: one.id,
  environment: one.environment,
  task: one.task,
  payload: JSON.stringify(one.payload),
  commitOid: one.sha,
  commit: async () => {
    const commit = await readCommit(repo.gitDir, one.sha)
    return commit ? commitNode(call, repo, commit) : null
  },
  createdAt: one.createdAt,
  creator: actorNode(call, one.creator),
  statuses: ({ first = 100 }: { first?: number }) => ({
    totalCount: one.statuses.length,
    nodes: one.statuses.slice(0, first).map((status) => ({
      __typename: 'DeploymentStatus',
      state: status.state.toUpperCase(),
      createdAt: status.createdAt,
      creator: actorNode(call, status.creator),
    })),
  }),
})
