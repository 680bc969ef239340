import { getOctokit } from '@actions/github'
import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import { nativeJson } from './native-json.js'

export type GitHub = ReturnType<typeof getOctokit>

/** `owner` and `repo`, as every REST call wants them. */
export interface RepoRef {
  owner: string
  repo: string
}

/** @param name `owner/name` */
export function repoRef(name: string): RepoRef {
  const [owner = '', repo = ''] = name.split('/')
  return { owner, repo }
}

interface Addresses {
  apiUrl: string
}

interface Warn {
  warning(message: string): void
}

const maxRetries = 3

/**
 * A client that retries what GitHub asks to be retried (5xx, secondary limits, honouring retry-after), at most three
 * times. The retry plugin repeats POSTs as well, so every create in this suite must be idempotent.
 */
export function connect(token: string, { apiUrl }: Addresses, log: Warn): GitHub {
  const onLimit =
    (kind: string) => (wait: number, options: { method: string; url: string }, _: unknown, tries: number) => {
      log.warning(`GitHub's ${kind} rate limit: waiting ${wait} s (${options.method} ${options.url}).`)
      return tries < maxRetries
    }
  return getOctokit(
    token,
    {
      baseUrl: apiUrl,
      userAgent: 'lockstep',
      // The plugin's own list, and 405: merge.ts itself knows how long that is worth trying (C8, C9). A 409 may pass: so says GitHub
      // where git is not to be had at that moment.
      retry: { retries: maxRetries, doNotRetry: [400, 401, 403, 404, 405, 410, 422, 451] },
      // Spacing writes by a second each is for GitHub's secondary limits; an address on this machine has none.
      throttle: /^http:\/\/(127\.|localhost)/.test(apiUrl)
        ? { enabled: false, onRateLimit: () => false, onSecondaryRateLimit: () => false }
        : { onRateLimit: onLimit('primary'), onSecondaryRateLimit: onLimit('secondary') },
    },
    nativeJson,
    retry,
    throttling,
  )
}
