import { type GraphQLError, type GraphQLFieldResolver, graphql } from 'graphql'
import { Refusal } from './errors.js'
import type { GraphQLCall } from './graphql-call.js'
import { createCommitOnBranch } from './graphql-commit.js'
import { convertPullRequestToDraft, markPullRequestReadyForReview } from './graphql-drafts.js'
import { commentNode, findRepository, graphqlError } from './graphql-nodes.js'
import { disablePullRequestAutoMerge, enablePullRequestAutoMerge, revertPullRequest } from './graphql-pulls.js'
import { updateRefs } from './graphql-refs.js'
import { repositoryNode } from './graphql-repository.js'

/** Everything that can be asked for; each is checked against the schema as it is executed. */
const root = {
  viewer: (_: unknown, { state, caller }: GraphQLCall) => {
    if (caller.kind === 'none' || caller.kind === 'app')
      throw graphqlError('FORBIDDEN', 'Resource not accessible by integration')
    const { login, id: databaseId } = caller.account
    const short = caller.kind === 'job' && state.openRows.jobsViewer === 'slug'
    return { __typename: 'User', login: short ? login.replace(/\[bot\]$/, '') : login, databaseId }
  },
  nodes: ({ ids }: { ids: string[] }, call: GraphQLCall) => ids.map((id) => commentNode(call, id)),
  repository: ({ owner, name }: { owner: string; name: string }, call: GraphQLCall) =>
    repositoryNode(call, findRepository(call, `${owner}/${name}`, 'metadata:read')),
  createCommitOnBranch,
  updateRefs,
  revertPullRequest,
  enablePullRequestAutoMerge,
  disablePullRequestAutoMerge,
  convertPullRequestToDraft,
  markPullRequestReadyForReview,
}

/** What the emulator does not know is an error and never a silent null. */
const resolveField: GraphQLFieldResolver<unknown, GraphQLCall> = (source, args, context, info) => {
  const value = source && typeof source === 'object' ? (source as Record<string, unknown>)[info.fieldName] : undefined
  if (value === undefined)
    throw graphqlError('NOT_EMULATED', `The emulator has no ${info.parentType.name}.${info.fieldName}`)
  return typeof value === 'function' ? value.call(source, args, context, info) : value
}

/** Executes a request's `{ query, variables }`; GitHub answers 200 with `errors` that have a `type`. */
export async function answerGraphQL(
  call: GraphQLCall,
  request: { query: string; variables?: Record<string, unknown> | undefined; operationName?: string | undefined },
): Promise<Record<string, unknown>> {
  const { graphqlSchema } = await import('./graphql-schema.js')
  if ((request.query.match(/\bobject\(/g) ?? []).length > call.state.openRows.objectsPerQuery) {
    return {
      data: null,
      errors: [{ type: 'RESOURCE_LIMITS_EXCEEDED', message: 'Resource limits for this query exceeded.' }],
    }
  }
  const { data, errors } = await graphql({
    schema: graphqlSchema,
    source: request.query,
    rootValue: root,
    contextValue: call,
    variableValues: request.variables,
    operationName: request.operationName,
    fieldResolver: resolveField,
  })
  return { ...(data !== undefined && { data }), ...(errors && { errors: errors.map(errorShape) }) }
}

function errorShape(error: GraphQLError): Record<string, unknown> {
  const { message, locations, path } = error
  const type = error.extensions.type ?? (error.originalError instanceof Refusal ? 'UNPROCESSABLE' : undefined)
  return { ...(type !== undefined && { type }), ...(path && { path }), locations, message: message.trim() }
}
