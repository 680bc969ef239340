import { Agent, buildConnector, fetch as fetchWith } from 'undici'

/** A fetch whose every connection leads to one address: the URL's own host is only in the Host header and in TLS. */
export function fetchThrough({ host, port }: { host: string; port: number }): typeof fetch {
  const connect = buildConnector({})
  const dispatcher = new Agent({
    connect: (options, callback) => connect({ ...options, hostname: host, host, port: String(port) }, callback),
  })
  const through = (url: string | URL, init: object): Promise<unknown> => fetchWith(url, { ...init, dispatcher })
  return through as unknown as typeof fetch
}
