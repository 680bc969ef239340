import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { parseJson } from '../../../shared/foundation/parse-json.js'
import type { Leftover } from '../leftovers.js'
import { authorizationHeader } from './kernel.js'

/** Where a test user's server is, on a JupyterHub. */
export type HubServer = Extract<Leftover, { kind: 'hub' }>

export interface HubAnswer {
  status: number
  body: unknown
}

const userSchema = z.object({
  servers: z
    .record(z.string(), z.object({ ready: z.boolean(), pending: z.string().nullish(), url: z.string().nullish() }))
    .default({}),
})
export type HubUser = z.infer<typeof userSchema>

export const userPath = ({ user }: HubServer): string => `users/${encodeURIComponent(user)}`

export const serverPath = (at: HubServer): string =>
  at.server === '' ? `${userPath(at)}/server` : `${userPath(at)}/servers/${encodeURIComponent(at.server)}`

export const progressPath = (at: HubServer): string => `${serverPath(at)}/progress`

export async function askHub(
  http: typeof fetch,
  at: Pick<HubServer, 'api' | 'token'>,
  method: string,
  path: string,
  signal: AbortSignal,
  body?: object,
): Promise<HubAnswer> {
  const response = await http(`${at.api}/${path}`, {
    method,
    headers: { ...authorizationHeader(at), 'content-type': 'application/json' },
    redirect: 'manual',
    signal,
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  return { status: response.status, body: parseJson(await response.text()) }
}

/** The user as the hub knows it; undefined where there is none. */
export const readUser = ({ status, body }: HubAnswer): HubUser | undefined =>
  status === 200 ? userSchema.safeParse(body).data : undefined

/** The hub says why it refuses something. */
export function hubAnswerInWords({ status, body }: HubAnswer): string {
  const message = z.object({ message: z.string() }).safeParse(body).data?.message
  return message ? `${status} (${message})` : String(status)
}

const patience = 10_000
const stopTime = 30_000
const pause = 500

/** Stops and removes the server, and the user where it was made for the test. @throws Error where something is still there. */
export async function removeHubServer(at: HubServer, http: typeof fetch): Promise<void> {
  const ask = (method: string, path: string, body?: object): Promise<HubAnswer> =>
    askHub(http, at, method, path, AbortSignal.timeout(patience), body)
  const until = Date.now() + stopTime
  for (;;) {
    // A server that is still being started cannot be stopped: the hub says 400 until it can.
    const answer = await ask('DELETE', serverPath(at), at.server === '' ? undefined : { remove: true })
    if (answer.status === 204 || answer.status === 404) break
    if (![202, 400].includes(answer.status))
      throw new Error(`the server of ${at.user} cannot be stopped: the hub answers ${hubAnswerInWords(answer)}`)
    const user = readUser(await ask('GET', userPath(at)))
    if (user && !(at.server in user.servers)) break
    if (Date.now() > until) throw new Error(`the server of ${at.user} does not stop`)
    await delay(pause)
  }
  if (!at.made) return
  const answer = await ask('DELETE', userPath(at))
  if (answer.status !== 204 && answer.status !== 404)
    throw new Error(`the user ${at.user} cannot be deleted: the hub answers ${hubAnswerInWords(answer)}`)
}
