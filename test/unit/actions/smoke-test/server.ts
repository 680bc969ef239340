import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Certified } from './certificate.js'

export interface TestServer extends AsyncDisposable {
  url: string
  /** How many connections were made. */
  connections(): number
  server: Server
}

/** A small HTTP server on loopback, with TLS where it gets a certificate; `answer` gets the number of the request, from 1. */
export async function serve(
  answer: (count: number, response: ServerResponse, request: IncomingMessage) => void,
  tls?: Certified,
): Promise<TestServer> {
  let count = 0
  let connections = 0
  const listener = (request: IncomingMessage, response: ServerResponse): void => answer(++count, response, request)
  const server = tls ? createTlsServer(tls, listener) : createServer(listener)
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    server,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
