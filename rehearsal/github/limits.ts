import type { Context, MiddlewareHandler } from 'hono'
import { Refusal } from './errors.js'
import type { Caller } from './identities.js'
import type { State } from './state.js'

/** GitHub's limits of the tokens that jobs work with (A20, L14, L17, L18). A person's own are not kept. */
export interface Limits {
  /** Requests of REST, and points of GraphQL, an hour: of a repository's jobs together, and of an App's installation. */
  hourly: { job: number; installation: number }
  /** Requests that create content, of REST and GraphQL together. */
  content: { minute: number; hour: number }
}

/** As GitHub's documentation has them. */
export const documentedLimits: Limits = {
  hourly: { job: 1_000, installation: 5_000 },
  content: { minute: 80, hour: 500 },
}

const hour = 3_600_000
const minute = 60_000
/** So much more an hour for each repository of an installation beyond the twentieth, and so much at most. */
const installation = { repositories: 20, more: 50, most: 12_500 }

interface Window {
  used: number
  /** Milliseconds since 1970. */
  reset: number
}

interface Limited {
  /** Those with one key share a limit. */
  key: string
  limit: number
  message: string
}

/**
 * Counts, refuses as GitHub does, and tells in every answer what is left.
 *
 * @param now in milliseconds since 1970
 */
export function requestLimiter(
  state: State,
  limits: Limits,
  now: () => number = Date.now,
): { middleware: MiddlewareHandler; newHour(): void } {
  const windows = new Map<string, Window>()
  const contents = new Map<string, number[]>()

  const middleware: MiddlewareHandler = async (context, next) => {
    const limited = limitedBy(context.get('caller'), limits)
    const resource = resourceOf(context)
    if (!limited || !resource) return next()

    const window = current(windows, `${limited.key} ${resource}`, now())
    const headers = (): [string, string][] => [
      ['x-ratelimit-limit', String(limited.limit)],
      ['x-ratelimit-remaining', String(limited.limit - window.used)],
      ['x-ratelimit-used', String(window.used)],
      ['x-ratelimit-reset', String(Math.ceil(window.reset / 1000))],
      ['x-ratelimit-resource', resource],
    ]
    if (window.used >= limited.limit) {
      const { graphqlLimit, limitStatus } = state.openRows
      if (resource === 'core')
        throw new Refusal(limitStatus, limited.message, { headers: Object.fromEntries(headers()) })
      const body = { errors: [{ type: graphqlLimit, message: limited.message }] }
      return Response.json(body, { headers: headers() })
    }
    window.used += 1
    if (await createsContent(context)) {
      const wait = waitForContent(contents, limited.key, limits.content, now())
      if (wait > 0) {
        const more = { 'retry-after': String(Math.ceil(wait / 1000)) }
        throw new Refusal(state.openRows.limitStatus, tooMuchContent, {
          headers: { ...Object.fromEntries(headers()), ...more },
        })
      }
    }
    await next()
    for (const [name, value] of headers()) context.header(name, value)
    return undefined
  }
  const newHour = (): void => {
    windows.clear()
    contents.clear()
  }
  return { middleware, newHour }
}

const tooMuchContent =
  'You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later.'

function limitedBy(caller: Caller, { hourly }: Limits): Limited | undefined {
  if (caller.kind === 'job') {
    return { key: caller.repo, limit: hourly.job, message: 'API rate limit exceeded for installation.' }
  }
  if (caller.kind !== 'installation') return undefined
  const { id, repositories } = caller.installation
  const more = Math.max(0, repositories.size - installation.repositories) * installation.more
  const limit = Math.min(hourly.installation + more, Math.max(installation.most, hourly.installation))
  return { key: `installation ${id}`, limit, message: `API rate limit exceeded for installation ID ${id}.` }
}

/** As `x-ratelimit-resource` calls it; git and logs have no limit. */
function resourceOf({ req }: Context): 'core' | 'graphql' | undefined {
  if (req.path === '/graphql') return 'graphql'
  return /^\/_logs\/|\/(info\/refs|git-(upload|receive)-pack)$/.test(req.path) ? undefined : 'core'
}

/** Which requests create content is not documented: here all that may change something (L18). */
async function createsContent({ req }: Context): Promise<boolean> {
  if (req.path !== '/graphql') return !['GET', 'HEAD'].includes(req.method)
  const { query } = (await req.json()) as { query?: unknown }
  return typeof query === 'string' && /^\s*mutation\b/.test(query)
}

function current(windows: Map<string, Window>, key: string, at: number): Window {
  const known = windows.get(key)
  if (known && known.reset > at) return known
  const fresh = { used: 0, reset: at + hour }
  windows.set(key, fresh)
  return fresh
}

/** Counts one, and says for how long it is too much, in milliseconds. */
function waitForContent(contents: Map<string, number[]>, key: string, limit: Limits['content'], at: number): number {
  const lately = (contents.get(key) ?? []).filter((time) => time > at - hour)
  contents.set(key, lately)
  const [inHour, inMinute] = [lately.at(-limit.hour), lately.at(-limit.minute)]
  const wait = Math.max(
    inHour === undefined ? 0 : inHour + hour - at,
    inMinute === undefined ? 0 : inMinute + minute - at,
  )
  if (wait <= 0) lately.push(at)
  return wait
}
