/** What GitHub says of a limit that it refused a request for. */
export interface Limit {
  /** When GitHub takes requests again; undefined where it does not say. */
  until: Date | undefined
  /** The same, in seconds from the answer. */
  seconds: number | undefined
}

interface Refused {
  status?: number
  message: string
  /** Of GraphQL's errors; what octokit makes of REST's and of its own has them in `response`. */
  headers?: Record<string, unknown>
  response?: { headers?: Record<string, unknown>; data?: unknown }
  errors?: { type?: string }[]
}

/**
 * What GitHub's refusal because of too many requests says; undefined for any other error.
 *
 * A used up hour is a 403 or 429 with `x-ratelimit-remaining: 0`, or over GraphQL a 200 with an error of a type of its own (L17); writing
 * too fast (L14) is a 403 or 429, over GraphQL perhaps a 200, that says "secondary rate limit", mostly with `retry-after`. Any may carry
 * `x-accepted-github-permissions` as well, so they have to be told from a missing permission first.
 */
export function limitOf(error: unknown): Limit | undefined {
  if (!(error instanceof Error)) return undefined
  const refused: Refused = error
  const headers = refused.response?.headers ?? refused.headers ?? {}
  if (!isLimit(refused, headers)) return undefined
  const seconds = numberIn(headers, 'retry-after')
  if (seconds !== undefined) return { until: undefined, seconds }
  const reset = headers['x-ratelimit-remaining'] === '0' ? numberIn(headers, 'x-ratelimit-reset') : undefined
  return { until: reset === undefined ? undefined : new Date(reset * 1000), seconds: undefined }
}

/** What to do about it, as a sentence. */
export function afterLimit({ until, seconds }: Limit): string {
  const when = until
    ? `until ${until.toISOString().slice(11, 16)} UTC`
    : seconds === undefined
      ? 'some minutes'
      : `${seconds} s`
  return `Wait ${when}, then run the job again: that is safe, and finishes what this run did not.`
}

function isLimit({ name, status, message, errors, response }: Refused & { name?: string }, headers: object): boolean {
  if (name === 'HttpError') {
    if (status === 429) return true
    // The last request of an hour may be one that is not permitted.
    if (status !== 403 || /not accessible by/i.test(message)) return false
    const { 'retry-after': retryAfter, 'x-ratelimit-remaining': left } = headers as Record<string, unknown>
    return /rate limit/i.test(message) || retryAfter !== undefined || left === '0'
  }
  if (name === 'GraphqlResponseError' && /secondary rate limit/i.test(message)) return true
  // Octokit's throttling turns GraphQL's error into a plain one.
  const data = response?.data as { errors?: { type?: string }[] } | undefined
  return [...(errors ?? []), ...(data?.errors ?? [])].some(({ type }) => /^RATE_LIMIT(ED)?$/.test(type ?? ''))
}

function numberIn(headers: Record<string, unknown>, name: string): number | undefined {
  const value = headers[name]
  return value !== undefined && /^\d+$/.test(String(value)) ? Number(value) : undefined
}
