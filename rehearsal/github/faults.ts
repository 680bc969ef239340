import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Context, MiddlewareHandler } from 'hono'

/** What can go wrong between a client and GitHub. */
export type Fault =
  /** Refused without being looked at. */
  | { kind: 'status'; status: number; message?: string; headers?: Record<string, string> }
  /** Answered with this instead of what is so. */
  | { kind: 'answer'; body: unknown }
  /** Answered as ever, `ms` later. */
  | { kind: 'delay'; ms: number }
  /** The connection is cut; nothing was done. */
  | { kind: 'reset' }
  /** Done, and then the connection is cut. */
  | { kind: 'unanswered' }
  /** A read is answered as it was the last time; one that was never asked before is answered as ever. */
  | { kind: 'stale' }
  /** Answered as ever, and `act` has happened before it is looked at: what somebody else did in the meantime. */
  | { kind: 'meanwhile'; act: () => void | Promise<void> }
  /** `act` is called before or after the request is done, and the connection is cut. */
  | { kind: 'interrupt'; applied: boolean; act: () => void | Promise<void> }

export type Planned = Fault & {
  /** Method; path with `*` for anything, without the query, or a pattern for path and query. Absent: any. */
  match?: { method?: string; path?: string | RegExp }
  /** How many matching requests are let through first. 0 unless given. */
  skip?: number
  /** How many are spoilt. 1 unless given. */
  times?: number
}

/** Faults that wait for their requests, oldest first; the first that matches is used. */
export interface Faults {
  next(planned: Planned): void
  /** How many requests are still going to be spoilt. */
  waiting(): number
  clear(): void
}

type Queued = Planned & { skip: number; times: number }

export function faultQueue(): Faults & { middleware: MiddlewareHandler } {
  let queue: Queued[] = []
  const answers = new Map<string, Response>()

  const take = (context: Context): Queued | undefined => {
    for (const planned of queue) {
      if (!matches(planned, context)) continue
      if (planned.skip > 0) planned.skip--
      else {
        planned.times--
        queue = queue.filter(({ times }) => times > 0)
        return planned
      }
    }
    return undefined
  }

  const middleware: MiddlewareHandler = async (context, next) => {
    const fault = take(context)
    if (context.req.method !== 'GET') return spoil(fault, context, next, undefined)
    const key = `${context.req.url} ${context.req.header('accept')}`
    const answer = await spoil(fault, context, next, answers.get(key)?.clone())
    if (!fault || fault.kind === 'delay') answers.set(key, context.res.clone())
    return answer
  }

  return {
    next: (planned) => void queue.push({ skip: 0, times: 1, ...planned }),
    waiting: () => queue.reduce((sum, { times }) => sum + times, 0),
    clear() {
      queue = []
    },
    middleware,
  }
}

function matches({ match = {} }: Planned, context: Context): boolean {
  const { pathname, search } = new URL(context.req.url)
  if (match.method && match.method !== context.req.method) return false
  if (match.path === undefined) return true
  if (typeof match.path !== 'string') return match.path.test(pathname + search)
  const parts = match.path.split('*').map((part) => part.replace(/[.?+^$()[\]{}|\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(pathname)
}

type Next = () => Promise<void>

/** The answer in place of the real one; undefined where that stands. */
async function spoil(
  fault: Fault | undefined,
  context: Context,
  next: Next,
  last: Response | undefined,
): Promise<Response | undefined> {
  switch (fault?.kind) {
    case 'status': {
      const { status, message = 'A fault that was asked for', headers = {} } = fault
      return Response.json({ message, documentation_url: 'https://docs.github.com/rest' }, { status, headers })
    }
    case 'answer':
      return Response.json(fault.body)
    case 'delay':
      await new Promise((resolve) => setTimeout(resolve, fault.ms))
      await next()
      return undefined
    case 'meanwhile':
      await fault.act()
      await next()
      return undefined
    case 'reset':
      cut(context)
      return undefined
    case 'unanswered':
      await next()
      cut(context)
      return undefined
    case 'interrupt':
      if (fault.applied) await next()
      await fault.act()
      cut(context)
      return undefined
    case 'stale':
      if (last) return last
      await next()
      return undefined
    default:
      await next()
      return undefined
  }
}

/** Ends the connection in the middle of things, as a broken network does. */
function cut(context: Context): void {
  const { incoming } = context.env as HttpBindings
  incoming.socket.resetAndDestroy()
  // Where the request was done its answer is there already, and Hono would merge the two.
  context.res = undefined
  context.res = RESPONSE_ALREADY_SENT.clone()
}
