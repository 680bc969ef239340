import { z } from 'zod'
import type { CheckFound, CheckTry } from '../repeat.js'
import { eventsOf } from './events.js'
import { askHub, type HubServer, progressPath, readUser, userPath } from './hub-api.js'
import { authorizationHeader } from './kernel.js'

const progressSchema = z.object({
  progress: z.number().optional(),
  message: z.string().default(''),
  ready: z.boolean().default(false),
  failed: z.boolean().default(false),
  url: z.string().optional(),
})

/** Follows a server's start by the hub's progress, which alone tells why one failed. */
export async function followSpawn(
  http: typeof fetch,
  at: HubServer,
  { signal, tell }: CheckTry,
): Promise<{ url: string } | CheckFound> {
  const response = await http(`${at.api}/${progressPath(at)}`, {
    headers: { ...authorizationHeader(at), accept: 'text/event-stream' },
    signal,
  })
  if (response.status === 200) {
    for await (const data of eventsOf(response)) {
      const event = progressSchema.safeParse(data).data
      if (!event) continue
      tell(event.message)
      if (event.failed)
        return { is: 'wrong', came: event.message.trim() || 'the spawn failed, the hub does not say why' }
      if (event.ready && event.url) return { url: event.url }
    }
  } else await response.body?.cancel()
  // A server that is ready before it is asked for has no progress; the stream may also have been cut.
  const user = readUser(await askHub(http, at, 'GET', userPath(at), signal))
  const server = user?.servers[at.server]
  if (server?.ready && server.url) return { url: server.url }
  return { is: 'wrong', came: 'the hub reports no progress, and the server is not ready' }
}
