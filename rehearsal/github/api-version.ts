import type { MiddlewareHandler } from 'hono'
import { Refusal } from './errors.js'

/** The version that the emulator speaks (P13); GitHub has others as well. */
export const apiVersion = '2022-11-28'

/**
 * Refuses other versions of REST than the emulator's, as GitHub does with one that it does not have. A request of Lockstep's own client
 * that names none is a violation: GitHub would answer in what is its default on that day.
 */
export const apiVersions =
  (violations: Set<string>): MiddlewareHandler =>
  async (context, next) => {
    // The web side has no versions.
    if (context.req.path.startsWith('/login/')) return next()
    const asked = context.req.header('x-github-api-version')
    if (asked === undefined && /^lockstep\b/.test(context.req.header('user-agent') ?? '')) {
      violations.add(`${context.req.method} ${context.req.path} request: no X-GitHub-Api-Version`)
    }
    if (asked !== undefined && asked !== apiVersion) {
      throw new Refusal(400, `${JSON.stringify(asked)} is not a supported API version`)
    }
    await next()
    context.header('x-github-api-version-selected', apiVersion)
  }
