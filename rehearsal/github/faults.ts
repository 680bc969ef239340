import type { MiddlewareHandler } from 'hono'

/** The place where an answer can be delayed, spoilt or lost before its request is looked at, or after. None is. */
export const noFaults: MiddlewareHandler = (_context, next) => next()
