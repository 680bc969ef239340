import pRetry, { AbortError } from 'p-retry'
import { UserError } from '../action/errors.js'

export interface Fetched {
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

/**
 * GETs `url`, with bounded retries of what may pass by itself (no answer, 429, 5xx). Other statuses are answers.
 *
 * Only https, and plain http on this machine: nothing else protects a version the first time it is seen.
 *
 * @throws UserError `registry-unreachable` that names the URL without credentials and query.
 */
export async function fetchBounded(http: typeof fetch, url: string, options: FetchOptions): Promise<Fetched> {
  const attempt = async (): Promise<Fetched> => {
    checkUrl(url, options.what)
    const response = await http(url, {
      headers: { 'user-agent': 'lockstep', ...options.headers },
      signal: AbortSignal.timeout(attemptTimeout),
    })
    checkUrl(response.url || url, options.what)
    if (response.status === 429 || response.status >= 500) throw new Error(`it answers ${response.status}`)
    const bytes = await readBounded(response, options.limit)
    if (bytes === undefined) throw new AbortError(unreachable(url, options.what, `it is over ${options.limit} bytes`))
    return { status: response.status, headers: response.headers, url: response.url || url, bytes }
  }
  try {
    return await pRetry(attempt, {
      retries: 3,
      minTimeout: 200,
      factor: 3,
      shouldRetry: (e) => !(e instanceof UserError),
    })
  } catch (error) {
    if (error instanceof UserError) throw error
    throw unreachable(url, options.what, causeOf(error), error)
  }
}

/** @param why continues "could not be fetched: ..." */
export const unreachable = (url: string, what: string, why: string, cause?: unknown): UserError =>
  new UserError('registry-unreachable', `${what} could not be fetched from ${showUrl(url)}: ${why}.`, {
    fix: 'Check the address in the deploy repo, and that the registry is up; then run the job again.',
    cause,
  })

/** An address without user, password and query, which may hold secrets. */
export function showUrl(url: string): string {
  if (!URL.canParse(url)) return 'an address that is no URL'
  const { origin, protocol, host, pathname } = new URL(url)
  return `${origin === 'null' ? `${protocol}//${host}` : origin}${pathname}`
}

export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host)

function checkUrl(url: string, what: string): void {
  if (!URL.canParse(url)) throw unreachable(url, what, 'it is no URL')
  const { protocol, hostname, username, password } = new URL(url)
  if (username !== '' || password !== '') throw unreachable(url, what, 'an address with a password in it is not used')
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) {
    throw unreachable(url, what, `only https is used, not "${protocol}//"`)
  }
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
