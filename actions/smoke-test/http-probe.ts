import { lookup } from 'node:dns/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { codesOf, networkTrouble } from './network.js'

export interface ProbeRequest {
  url: string
  method?: string
  headers?: Record<string, string>
  body?: string | undefined
  /** How many redirects are followed; otherwise one is an answer of its own. */
  redirects?: number
  /** The host need not be a name that resolves here. */
  nameless?: boolean
}

/** What came of one request. `unknown` means that the tester's own network failed, which says nothing about the service. */
export type ProbeAnswer =
  | { kind: 'answer'; status: number; headers: Headers; body: string; hops: string[] }
  | { kind: 'none'; unknown: boolean; text: string }

/** One answer is waited for at most so long. */
const patience = 10_000
/** The last try before a deadline is a fair one too, else its own haste would be reported and not the service. */
const leastPatience = 1_000
export const maxBody = 1_000_000

/** Asks once, on a connection of its own: a kept one would ask the same old pod again and again. */
export async function httpProbe(http: typeof fetch, request: ProbeRequest, timeout: number): Promise<ProbeAnswer> {
  const limit = Math.min(patience, Math.max(leastPatience, timeout))
  const signal = AbortSignal.timeout(limit)
  const hops: string[] = []
  let url = new URL(request.url)
  try {
    for (;;) {
      const nameless = request.nameless ? undefined : await unresolved(url.hostname, limit)
      if (nameless !== undefined) return { kind: 'none', unknown: true, text: nameless }
      const response = await http(url, { ...sent(request, url), redirect: 'manual', signal })
      const location = response.headers.get('location')
      if (
        location === null ||
        response.status < 300 ||
        response.status > 399 ||
        hops.length >= (request.redirects ?? 0)
      )
        return {
          kind: 'answer',
          status: response.status,
          headers: response.headers,
          body: await readBody(response),
          hops,
        }
      await response.body?.cancel()
      url = new URL(location, url)
      hops.push(url.href)
    }
  } catch (error) {
    return { kind: 'none', ...networkTrouble(error, limit) }
  }
}

/** What a check sends along may hold secrets: another origin, where a redirect leads, gets none of it. */
function sent({ url, method, headers, body }: ProbeRequest, target: URL): RequestInit {
  const own = { connection: 'close', 'cache-control': 'no-cache', 'user-agent': 'lockstep-smoke-test' }
  if (target.origin !== new URL(url).origin) return { headers: own }
  return { method: method ?? 'GET', headers: { ...own, ...headers }, ...(body === undefined ? {} : { body }) }
}

/** Asked by itself first: a name server that does not answer is the tester's trouble, a service that does not is ours. */
async function unresolved(host: string, limit: number): Promise<string | undefined> {
  const timer = new AbortController()
  const late = delay(limit, 'the name server does not answer', { signal: timer.signal }).catch(() => undefined)
  const found = lookup(host.replace(/^\[|\]$/g, '')).then(
    () => undefined,
    (error: unknown) => codesOf(error)[0] ?? String(error),
  )
  const text = await Promise.race([found, late])
  timer.abort()
  return text
}

async function readBody(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk as Uint8Array)
    size += (chunk as Uint8Array).length
    if (size > maxBody) break
  }
  return Buffer.concat(chunks).subarray(0, maxBody).toString('utf8')
}
