import { request } from 'node:https'
import type { Http } from '../../shared/registry/registry-http.js'

/**
 * A fetch for which one host name leads to a port of this machine, by TLS that only `ca` (PEM) vouches for; what Node's own
 * fetch would need an environment variable at its start and a DNS entry for. Anything else goes to Node's own.
 */
export const httpsFetch =
  (host: string, port: number, ca: string): Http =>
  async (input, init) => {
    const url = new URL(String(input))
    if (url.hostname !== host) return fetch(input, init)
    const headers = Object.fromEntries(new Headers(init?.headers))
    return new Promise((resolve, reject) => {
      request(
        { host: '127.0.0.1', port, servername: host, ca, path: url.pathname + url.search, headers },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('end', () => {
            const entries = Object.entries(response.headers).map(
              ([name, value]) => [name, String(value)] as [string, string],
            )
            resolve(new Response(Buffer.concat(chunks), { status: response.statusCode ?? 0, headers: entries }))
          })
        },
      )
        .on('error', reject)
        .end()
    })
  }
