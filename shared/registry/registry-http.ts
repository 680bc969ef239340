import { setTimeout as delay } from 'node:timers/promises'
import pRetry, { AbortError } from 'p-retry'
import { UserError } from '../foundation/errors.js'
import type { LoginFor } from './logins.js'

/** fetch, and who may log in where. */
export type Http = typeof fetch & { login?: LoginFor }

export interface HttpAnswer {
  status: number
  headers: Headers
  /** Where it came from in the end, after redirects. */
  url: string
  bytes: Buffer
}

export interface FetchOptions {
  /** What is fetched, for messages: `the index of the chart repository`. */
  what: string
  /** More bytes than this are an error, not a truncated answer. */
  limit: number
  headers?: Record<string, string>
}

const attemptTimeout = 60_000
const longestWait = 60
const maxRedirects = 5

/** An answer that may be another one soon; `after` is what the server asks for, in seconds. */
class Passing extends Error {
  constructor(
    status: number,
    readonly after: number | undefined,
  ) {
    super(`it answers ${status}`)
  }
}

/**
 * GETs `url`, with bounded retries of what may pass by itself (no answer, 429, 5xx; `retry-after` is honoured up to a
 * minute). Other statuses are answers.
 *
 * Only https, and plain http on this machine: nothing else protects a version the first time it is seen.
 *
 * @throws UserError `registry-unreachable` that names the URL without credentials and query.
 */
export async function fetchBounded(http: Http, url: string, options: FetchOptions): Promise<HttpAnswer> {
  const attempt = async (): Promise<HttpAnswer> => {
    const { response, from } = await follow(http, url, options, AbortSignal.timeout(attemptTimeout))
    const { status, headers } = response
    if (status === 429 || status >= 500) {
      await response.body?.cancel()
      throw new Passing(status, secondsOf(headers.get('retry-after')))
    }
    const bytes = await readBounded(response, options.limit)
    if (bytes === undefined)
      throw new AbortError(registryUnreachable(url, options.what, `it is larger than ${options.limit} bytes`))
    return { status, headers, url: from, bytes }
  }
  try {
    return await pRetry(attempt, {
      retries: 3,
      minTimeout: 200,
      factor: 3,
      shouldRetry: (e) => !(e instanceof UserError) && !(e instanceof Passing && (e.after ?? 0) > longestWait),
      onFailedAttempt: async (e) => {
        const left = e.retriesLeft > 0 && e instanceof Passing ? (e.after ?? 0) : 0
        if (left <= longestWait) await delay(left * 1_000)
      },
    })
  } catch (error) {
    if (error instanceof UserError) throw error
    throw registryUnreachable(url, options.what, causeOf(error), error)
  }
}

/** Redirects are followed here, not by fetch: every address on the way is checked, and no other host gets a password. */
async function follow(
  http: Http,
  first: string,
  { what, headers }: FetchOptions,
  signal: AbortSignal,
): Promise<{ response: Response; from: string }> {
  let url = first
  let sent: Record<string, string> = { 'user-agent': 'lockstep', ...headers }
  for (let hop = 0; hop <= maxRedirects; hop++) {
    checkUrl(url, what)
    const response = await http(url, { headers: sent, signal, redirect: 'manual' })
    const location = response.headers.get('location')
    if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return { response, from: url }
    await response.body?.cancel()
    if (!URL.canParse(location, url)) throw registryUnreachable(first, what, 'it redirects to an invalid URL')
    const next = new URL(location, url)
    if (isLoopback(next.host) && !isLoopback(new URL(url).host))
      throw registryUnreachable(first, what, 'it redirects to this machine')
    if (next.origin !== new URL(url).origin) {
      const { authorization: _, ...others } = sent
      sent = others
    }
    url = next.href
  }
  throw registryUnreachable(first, what, `it redirects more than ${maxRedirects} times`)
}

/** @param why continues "could not be fetched: ..." */
export const registryUnreachable = (url: string, what: string, why: string, cause?: unknown): UserError =>
  new UserError('registry-unreachable', `${what} could not be fetched from ${showUrl(url)}: ${why}.`, {
    fix: 'Check the address in the deploy repo and that the registry is up, then re-run the job.',
    cause,
  })

/** An address without user, password and query, which may hold secrets. */
export function showUrl(url: string): string {
  if (!URL.canParse(url)) return 'an invalid URL'
  const { origin, protocol, host, pathname } = new URL(url)
  return `${origin === 'null' ? `${protocol}//${host}` : origin}${pathname}`
}

export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host)

function checkUrl(url: string, what: string): void {
  if (!URL.canParse(url)) throw registryUnreachable(url, what, 'it is not a URL')
  const { protocol, hostname, username, password } = new URL(url)
  if (username !== '' || password !== '') throw registryUnreachable(url, what, 'a URL with a password is not allowed')
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) {
    throw registryUnreachable(url, what, `only https is allowed, not "${protocol}//"`)
  }
}

/** `retry-after` is seconds, or a date. */
function secondsOf(retryAfter: string | null): number | undefined {
  if (retryAfter === null) return undefined
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - Date.now()) / 1_000
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds)
}

/** Undefined where there is more than `limit`. */
async function readBounded(response: Response, limit: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > limit) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** fetch() hides the reason (ECONNREFUSED, ENOTFOUND) in `cause`. */
function causeOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { code?: string; message?: string } }
  return cause?.code ?? cause?.message ?? message ?? 'no answer'
}
