import { lookup } from 'node:dns/promises'
import { setTimeout as delay } from 'node:timers/promises'

/** What came of one request. `unknown` means that the tester's own network failed, which says nothing about the service. */
export type Answer =
  | { kind: 'answer'; status: number; body: string; location: string | undefined }
  | { kind: 'none'; unknown: boolean; text: string }

/** One answer is waited for at most so long. */
const patience = 10_000
/** The last try before a deadline is a fair one too, else its own haste would be reported and not the service. */
const leastPatience = 1_000
const maxBody = 1_000_000

// The name is not known, or no route leads there: nobody was asked.
const ownNetwork = ['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN']

/** Asks once, on a connection of its own: a kept one would ask the same old pod again and again. Follows no redirect. */
export async function probe(http: typeof fetch, url: string, timeout: number): Promise<Answer> {
  const limit = Math.min(patience, Math.max(leastPatience, timeout))
  const nameless = await unresolved(new URL(url).hostname, limit)
  if (nameless !== undefined) return { kind: 'none', unknown: true, text: nameless }
  try {
    const response = await http(url, {
      headers: { connection: 'close', 'cache-control': 'no-cache', 'user-agent': 'lockstep-smoke-test' },
      redirect: 'manual',
      signal: AbortSignal.timeout(limit),
    })
    const body = await readBody(response)
    return { kind: 'answer', status: response.status, body, location: response.headers.get('location') ?? undefined }
  } catch (error) {
    return noAnswer(error, limit)
  }
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

function noAnswer(error: unknown, limit: number): Answer {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return { kind: 'none', unknown: false, text: `no answer within ${(limit / 1000).toFixed(1)} s` }
  }
  const codes = codesOf(error)
  const unknown = codes.length > 0 && codes.every((code) => ownNetwork.includes(code))
  return { kind: 'none', unknown, text: codes[0] ?? (error instanceof Error ? error.message : String(error)) }
}

/** A name with several addresses fails with an error for each of them. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  if (error instanceof AggregateError) return error.errors.flatMap(codesOf)
  if (error.cause !== undefined) return codesOf(error.cause)
  return 'code' in error && typeof error.code === 'string' ? [error.code] : []
}
