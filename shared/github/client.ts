import { getOctokit } from '@actions/github'
import type { Octokit } from '@octokit/core'
import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import { nativeJson } from './native-json.js'
import { type Token, tokenStrategy } from './token.js'
import { requestUsage, type Usage } from './usage.js'

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

/** So long a limit of GitHub is waited for, in seconds: its hour may be longer than a job has, and than the others in its queue can wait. */
const patience = 120

/** P13 */
const apiVersion = '2022-11-28'

/**
 * A client that retries what GitHub asks to be retried (5xx, limits that pass within two minutes, honouring retry-after), at most three
 * times. The retry plugin repeats POSTs as well, so every create in this suite must be idempotent.
 *
 * @param asked counts its requests, and how long they waited.
 */
export function connectGitHub(token: Token, { apiUrl }: Addresses, log: Warn, asked: Usage = requestUsage()): GitHub {
  const onLimit =
    (kind: string) => (wait: number, options: { method: string; url: string }, _: unknown, tries: number) => {
      // A merge is for this moment: after a wait its window may be closed. Whoever asked for it asks again.
      const isMerge = options.method === 'PUT' && options.url.endsWith('/merge')
      if (wait > patience || tries >= maxRetries || isMerge) return false
      log.warning(`GitHub's ${kind} rate limit: waiting ${wait} s (${options.method} ${options.url}).`)
      return true
    }
  const client = (spacing: object): GitHub =>
    getOctokit(
      typeof token === 'string' ? token : '',
      {
        // Where @actions/github is given no token, "auth" stands for one.
        ...(typeof token === 'string' ? {} : { auth: 'found for each request', authStrategy: tokenStrategy(token) }),
        baseUrl: apiUrl,
        userAgent: 'lockstep',
        // The plugin's own list, and 405: merge.ts itself knows how long that is worth trying (C8, C9). A 409 may pass: so says GitHub
        // where git is not to be had at that moment. A 429 is for the throttling, which knows until when.
        retry: { retries: maxRetries, doNotRetry: [400, 401, 403, 404, 405, 410, 422, 429, 451] },
        // Spacing writes by a second each is for GitHub's secondary limits (L14). An address of numbers on this machine has none; the
        // rehearsal's GitHub calls itself localhost where it has.
        throttle: /^http:\/\/127\./.test(apiUrl)
          ? { enabled: false, onRateLimit: () => false, onSecondaryRateLimit: () => false }
          : { onRateLimit: onLimit('primary'), onSecondaryRateLimit: onLimit('secondary'), ...spacing },
      },
      nativeJson,
      asked.requests,
      versioned,
      retry,
      throttling,
      asked.waits,
    )
  return readingAtOnce(client({}), client({ write: unspaced }))
}

const unspaced = { key: () => ({ schedule: (_: object, work: () => Promise<void>) => work() }) }

/** Octokit spaces all requests of GraphQL as if they wrote; GitHub asks that of mutations alone. */
function readingAtOnce(github: GitHub, reader: GitHub): GitHub {
  const { graphql: write } = github
  const graphql = (...asked: Parameters<typeof write>): ReturnType<typeof write> =>
    (/^\s*mutation\b/.test(String(asked[0])) ? write : reader.graphql)(...asked)
  return Object.assign(github, { graphql: Object.assign(graphql, write) })
}

/** Octokit plugin: answers keep the form that this suite was written for, also when GitHub's default is another. */
function versioned(octokit: Octokit): Record<string, never> {
  octokit.hook.before('request', (options) => {
    options.headers['x-github-api-version'] = apiVersion
  })
  return {}
}
