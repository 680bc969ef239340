import { Agent, buildConnector, fetch as fetchWith } from 'undici'
import type { HttpCheck } from '../../../shared/policy/smoke-types.js'
import { httpProbe } from '../http-probe.js'
import type { CheckFound } from '../repeat.js'
import { certificateOf } from './certificate.js'
import { judgeHttp } from './judge-http.js'

/** Asks an `http` check once. `through`: the local address of a port-forward, instead of the URL's own host. */
export async function askHttp(
  check: HttpCheck,
  http: typeof fetch,
  left: number,
  through?: { host: string; port: number },
): Promise<CheckFound> {
  const { url, method, request: send, redirects } = check
  const request = { url, method, headers: send.headers, body: send.body, redirects, nameless: through !== undefined }
  const answer = await httpProbe(through ? fetchThrough(through) : http, request, left)
  const presented =
    check.certificate && answer.kind === 'answer' ? await certificateOf(new URL(url), left, through) : undefined
  return judgeHttp(check, answer, presented, new Date())
}

/** A fetch whose every connection leads to one address: the URL's own host is only in the Host header and in TLS. */
function fetchThrough({ host, port }: { host: string; port: number }): typeof fetch {
  const connect = buildConnector({})
  const dispatcher = new Agent({
    connect: (options, callback) => connect({ ...options, hostname: host, host, port: String(port) }, callback),
  })
  const through = (url: string | URL, init: object): Promise<unknown> => fetchWith(url, { ...init, dispatcher })
  return through as unknown as typeof fetch
}
