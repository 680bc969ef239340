import { MissingPermission, UserError } from '../foundation/errors.js'
import { graphqlTypes } from './graphql.js'
import { afterLimit, limitOf } from './limits.js'

interface HttpError extends Error {
  status: number
  response?: { headers?: Record<string, unknown> }
  request?: { method?: string; url?: string }
}

const isHttpError = (error: unknown): error is HttpError =>
  error instanceof Error && error.name === 'HttpError' && typeof (error as HttpError).status === 'number'

/**
 * Whether GitHub answered with `status`; 404 also stands for "you may not see it". A 403 because of too many requests says nothing of
 * what was asked for, and counts as none.
 */
export const hasStatus = (error: unknown, ...statuses: number[]): boolean =>
  isHttpError(error) && statuses.includes(error.status) && (error.status !== 403 || !limitOf(error))

/** GitHub's refusal as an error that names the fix; undefined for what is not GitHub's. */
export function explainGitHub(error: unknown): UserError | undefined {
  // A20: a job's token has 1,000 requests an hour. First, as such an answer may name permissions, too.
  const limit = limitOf(error)
  if (limit) {
    const what = isHttpError(error) ? whatOf(error) : 'GraphQL'
    return new UserError('github-unreachable', `GitHub's rate limit is reached (${what}): ${messageOf(error)}`, {
      fix: afterLimit(limit),
      cause: error,
    })
  }
  if (error instanceof Error && error.name === 'GraphqlResponseError') return explainGraphql(error)
  if (!isHttpError(error)) return undefined
  const what = whatOf(error)
  const accepted = error.response?.headers?.['x-accepted-github-permissions']
  if (error.status === 403 && typeof accepted === 'string' && accepted !== '') {
    return new MissingPermission(readable(accepted), `call ${what}`, error)
  }
  if (error.status === 401) {
    return new UserError('missing-permission', `GitHub does not accept the token (${what}).`, {
      fix: 'Check the step that makes the token: the App id, its private key, and that the App is installed on this repository.',
      cause: error,
    })
  }
  if (error.status === 403 || error.status === 404) {
    return new UserError(
      'missing-permission',
      `GitHub answers ${error.status} to ${what}: it does not exist, or the token may not see it.`,
      {
        fix: installed,
        cause: error,
      },
    )
  }
  return new UserError('github-unreachable', `GitHub answers ${error.status} to ${what}: ${error.message}`, {
    fix: 'Run the job again: that is safe, and finishes what this run did not.',
    cause: error,
  })
}

/** GitHub's `issues=write; pull_requests=write`, any one of which does, or `contents=write,workflows=write`, both needed. */
const readable = (accepted: string): string =>
  accepted
    .replaceAll('=', ': ')
    .replace(/\s*;\s*/g, ' or ')
    .replace(/\s*,\s*/g, ' and ')

function explainGraphql(error: Error): UserError {
  const types = graphqlTypes(error)
  if (types.includes('FORBIDDEN')) {
    return new UserError('missing-permission', `The token lacks a permission: ${error.message}`, {
      fix: 'GitHub does not say which permission is missing. Compare the permissions of the token with those in the workflow example of this action.',
      cause: error,
    })
  }
  if (types.includes('NOT_FOUND')) {
    return new UserError('missing-permission', `GitHub says: ${error.message} Or the token may not see it.`, {
      fix: installed,
      cause: error,
    })
  }
  return new UserError('github-unreachable', `GitHub refused the request: ${error.message}`, {
    fix: 'Run the job again.',
    cause: error,
  })
}

const whatOf = ({ request }: HttpError): string => `${request?.method ?? 'GET'} ${pathOf(request?.url)}`

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const installed = 'Check the name, and that the GitHub App whose token is passed is installed on that repository.'

function pathOf(url: string | undefined): string {
  try {
    return decodeURIComponent(new URL(url ?? '').pathname)
  } catch {
    return url ?? '?'
  }
}
