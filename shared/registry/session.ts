import { z } from 'zod'
import { UserError } from '../foundation/errors.js'
import { basicAuth, type Login } from './logins.js'
import {
  type FetchOptions,
  fetchBounded,
  type Http,
  type HttpAnswer,
  registryUnreachable,
  showUrl,
} from './registry-http.js'

export type Get = (url: string, options: Omit<FetchOptions, 'what'>) => Promise<HttpAnswer>

/**
 * A GET that answers a registry's request for a token (also an anonymous one) or a password, and keeps what it got for
 * the next request.
 *
 * @param scope what a token is asked for where the registry does not say
 * @throws UserError `registry-unreachable` where a login is asked for that nobody gave, or not accepted.
 */
export function openSession(http: Http, what: string, scope = ''): Get {
  let authorization: string | undefined
  return async (url, { limit, headers }) => {
    const get = (): Promise<HttpAnswer> =>
      fetchBounded(http, url, {
        what,
        limit,
        headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
      })
    const first = await get()
    if (first.status !== 401) return first
    const { host } = new URL(url)
    const login = await http.login?.(host)
    authorization = await answerTo(http, first, login, scope, what)
    const second = await get()
    if (second.status === 401 || second.status === 403) throw notAllowed(url, what, login)
    return second
  }
}

async function answerTo(http: Http, refused: HttpAnswer, login: Login | undefined, scope: string, what: string) {
  const challenge = refused.headers.get('www-authenticate') ?? ''
  const bearer = /\bbearer\s+(.*)$/i.exec(challenge)?.[1]
  if (bearer !== undefined) return `Bearer ${await tokenFrom(http, bearer, refused.url, login, scope, what)}`
  if (login && /\bbasic\b/i.test(challenge)) return `Basic ${basicAuth(login)}`
  throw notAllowed(refused.url, what, login)
}

const tokenSchema = z.object({ token: z.string().optional(), access_token: z.string().optional() })

async function tokenFrom(
  http: Http,
  challenge: string,
  registry: string,
  login: Login | undefined,
  scope: string,
  what: string,
): Promise<string> {
  const field = (name: string): string | undefined => new RegExp(`\\b${name}="([^"]*)"`).exec(challenge)?.[1]
  const realm = field('realm') ?? ''
  if (!URL.canParse(realm)) throw registryUnreachable(registry, what, 'it does not say where to get a token')
  const url = new URL(realm)
  const service = field('service')
  if (service !== undefined) url.searchParams.set('service', service)
  url.searchParams.set('scope', field('scope') ?? scope)

  const headers = login ? { authorization: `Basic ${basicAuth(login)}` } : {}
  const maker = `The registry's token`
  const { status, bytes } = await fetchBounded(http, url.href, { what: maker, limit: 1024 * 1024, headers })
  if (status === 401 || status === 403) throw notAllowed(registry, what, login)
  const { data } = tokenSchema.safeParse(status === 200 ? jsonOf(bytes) : undefined)
  const token = data?.token ?? data?.access_token
  if (token === undefined || !/^[\x21-\x7e]+$/.test(token))
    throw registryUnreachable(url.href, maker, `it answers ${status}`)
  return token
}

function notAllowed(url: string, what: string, login: Login | undefined): UserError {
  const { host } = new URL(url)
  const why = login ? `${host} rejects the login` : `${host} requires a login`
  return new UserError('registry-unreachable', `${what} could not be fetched from ${showUrl(url)}: ${why}.`, {
    fix: `Check that it exists. If it is private, log in to ${host} in a step before this one (docker/login-action), with a read-only user.`,
  })
}

/** Undefined where it is no JSON. */
export function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
