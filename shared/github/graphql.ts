import { MissingPermission } from '../foundation/errors.js'
import type { GitHub } from './client.js'

/**
 * Asks GraphQL. Of a permission that is missing GitHub says there only that one is, so the caller names it.
 *
 * @param needs the permission, such as `contents: read`, and what it is for, to follow "The token may not".
 */
export async function queryGraphQL<T>(
  github: GitHub,
  needs: { permission: string; to: string },
  query: string,
  variables: Record<string, unknown>,
): Promise<T> {
  try {
    return await github.graphql<T>(query, variables)
  } catch (error) {
    if (graphqlTypes(error).includes('FORBIDDEN')) throw new MissingPermission(needs.permission, needs.to, error)
    throw error
  }
}

/**
 * Undefined where GitHub shows the caller no such repository by GraphQL. P8: by REST it may, as somebody else's public one to
 * a job's token.
 *
 * @throws every other error.
 */
export function orHidden(error: unknown): undefined {
  const types = graphqlTypes(error)
  const hidden = error instanceof MissingPermission || types.includes('FORBIDDEN') || types.includes('NOT_FOUND')
  if (!hidden) throw error
}

/** The `type` of every error of a GraphQL answer, such as `NOT_FOUND`; none where it is no such answer. */
export function graphqlTypes(error: unknown): string[] {
  if (!(error instanceof Error) || error.name !== 'GraphqlResponseError') return []
  const { errors } = error as Error & { errors?: { type?: string; message?: string }[] }
  return (errors ?? []).map(({ type, message = '' }) =>
    /not accessible by (integration|personal access token)/i.test(message) ? 'FORBIDDEN' : (type ?? ''),
  )
}
