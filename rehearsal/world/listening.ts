import { once } from 'node:events'
import type { Server } from 'node:http'

/** Starts listening on loopback; the answer ends it, with every connection that is still open. */
export async function listening(server: Server, port: number): Promise<() => Promise<void>> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
}
