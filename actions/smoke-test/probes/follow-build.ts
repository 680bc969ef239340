import { networkTrouble } from '../network.js'
import type { CheckFound, CheckTry } from '../repeat.js'
import { eventsOf } from './events.js'
import { type BuildEvent, buildEnd, buildEvent, buildFailure } from './judge-build.js'

/** A server that BinderHub launched. */
export interface Launched {
  url: string
  token: string
  /** The first event of the stream. */
  first: BuildEvent
}

/** Follows a build to `ready`. Every change of phase, and what the builder says, is a line in the log. */
export async function followBuild(
  http: typeof fetch,
  url: string,
  { left, signal, tell }: CheckTry,
  cancelled: AbortSignal,
): Promise<Launched | CheckFound> {
  let first: BuildEvent | undefined
  let last: BuildEvent | undefined
  try {
    // Exactly this: BinderHub refuses every other Accept header, also a list with it.
    const response = await http(url, { headers: { accept: 'text/event-stream' }, signal })
    const refusal = await refused(response)
    if (refusal) return refusal
    for await (const data of eventsOf(response)) {
      const event = buildEvent(data)
      if (!event) continue
      first ??= event
      tell(`${event.phase}: ${event.message.trim()}`)
      const failure = buildFailure(event)
      if (failure) return failure
      last = event
      if (event.phase === 'ready') return serverOf(event, first)
    }
    return buildEnd('end', last, left)
  } catch (error) {
    cancelled.throwIfAborted()
    if (signal.aborted) return buildEnd('late', last, left)
    if (last) return buildEnd('cut', last, left)
    const { unknown, text } = networkTrouble(error, left)
    return { is: unknown ? 'unknown' : 'wrong', came: text }
  }
}

async function refused(response: Response): Promise<CheckFound | undefined> {
  const type = response.headers.get('content-type') ?? 'no type'
  if (response.status === 200 && type.startsWith('text/event-stream')) return undefined
  await response.body?.cancel()
  const is = response.status === 429 ? 'unknown' : 'wrong'
  return { is, came: `BinderHub answers ${response.status} (${type}) instead of an event stream` }
}

function serverOf({ url, token }: BuildEvent, first: BuildEvent): Launched | CheckFound {
  if (url && /^https?:\/\//.test(url) && token) return { url: url.replace(/\/?$/, '/'), token, first }
  return { is: 'wrong', came: 'ready, but without the address or the token of a server' }
}
