import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface TestServer extends AsyncDisposable {
  url: string
  /** How many connections were made. */
  connections(): number
}

/** A small HTTP server on loopback; `answer` gets the number of the request, from 1. */
export async function serve(
  answer: (count: number, response: ServerResponse, request: IncomingMessage) => void,
): Promise<TestServer> {
  let count = 0
  let connections = 0
  const server = createServer((request, response) => answer(++count, response, request))
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
