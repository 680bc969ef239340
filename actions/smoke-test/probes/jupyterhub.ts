import { z } from 'zod'
import type { Runtime } from '../../../shared/action/runtime.js'
import type { JupyterHubCheck } from '../../../shared/policy/smoke-types.js'
import { networkTrouble } from '../network.js'
import type { CheckFound, CheckTry } from '../repeat.js'
import { askServer } from './ask-server.js'
import { type CleanupState, keepForCleanup } from './cleanup-state.js'
import {
  askHub,
  type HubAnswer,
  type HubServer,
  hubAnswerInWords,
  readUser,
  removeHubServer,
  serverPath,
  userPath,
} from './hub-api.js'
import { followSpawn } from './spawn.js'

export interface HubGround extends CleanupState {
  world: Pick<Runtime, 'http' | 'github' | 'cancelled'>
}

/** Starting servers costs the cluster much more than a page: so much patience (ms) between two. */
const pause = 10_000

const versionSchema = z.object({ version: z.string() })

/** The whole way of a user: the hub's health and version, a server, a kernel, code, and all of it gone again. */
export async function askJupyterHub(check: JupyterHubCheck, turn: CheckTry, ground: HubGround): Promise<CheckFound> {
  const { http, cancelled } = ground.world
  const api = `${check.url.replace(/\/$/, '')}/hub/api`
  const at: HubServer = { kind: 'hub', api, user: check.user, server: check.server, token: check.token, made: false }
  const ask = (method: string, path: string): Promise<HubAnswer> => askHub(http, at, method, path, turn.signal)
  try {
    const health = await ask('GET', 'health')
    if (health.status !== 200) return wrong(`the hub's health is ${health.status}`)
    const { version } = versionSchema.safeParse((await ask('GET', '')).body).data ?? { version: 'unknown' }
    if (check.version !== undefined && version !== check.version)
      return wrong(`the hub has version ${version}, not ${check.version}`)
    const made = await makeUser(at, ask)
    if ('is' in made) return made
    return await keepForCleanup({ ...at, made: made.made }, ground, turn, async () => {
      const found = await serve(check, { ...at, made: made.made }, turn, ground)
      return { ...found, came: `hub ${version}: ${found.came}` }
    })
  } catch (error) {
    cancelled.throwIfAborted()
    if (turn.signal.aborted) return wrong(`not done within ${(turn.left / 1000).toFixed(1)} s`)
    const { unknown, text } = networkTrouble(error, turn.left)
    return { is: unknown ? 'unknown' : 'wrong', came: text, wait: pause }
  }
}

const wrong = (came: string): CheckFound => ({ is: 'wrong', came, wait: pause })
const unknown = (came: string): CheckFound => ({ is: 'unknown', came, wait: pause })

type Ask = (method: string, path: string) => Promise<HubAnswer>

/** A token may lack the right to make users: then the user must be there. */
async function makeUser(at: HubServer, ask: Ask): Promise<{ made: boolean } | CheckFound> {
  const { status } = await ask('POST', userPath(at))
  if (status === 201) return { made: true }
  if (status === 409) return { made: false }
  if (status >= 500) return wrong(`the hub answers ${status} when asked to create the user ${at.user}`)
  const present = await ask('GET', userPath(at))
  if (present.status === 200) return { made: false }
  if (present.status === 404) return unknown(`there is no user ${at.user}, and the token may not create one`)
  return unknown(`the hub rejects the token: it answers ${hubAnswerInWords(present)}`)
}

async function serve(check: JupyterHubCheck, at: HubServer, turn: CheckTry, { world }: HubGround): Promise<CheckFound> {
  const { http } = world
  const ask: Ask = (method, path) => askHub(http, at, method, path, turn.signal)
  if (at.server in (readUser(await ask('GET', userPath(at)))?.servers ?? {})) {
    turn.tell('a server of an earlier test still exists: removing it')
    await removeHubServer({ ...at, made: false }, http)
  }
  // A spawn that fails can answer 201: only progress, or the server's own state, says whether it is there.
  const answer = await ask('POST', serverPath(at))
  const { status } = answer
  if (status === 403 || status === 404)
    return unknown(`the token may not start the server: the hub answers ${hubAnswerInWords(answer)}`)
  if (status === 429) return unknown('the hub does not start more servers now: it answers 429')
  if (![201, 202, 400].includes(status))
    return wrong(`the hub cannot start the server: it answers ${hubAnswerInWords(answer)}`)
  const spawned = await followSpawn(http, at, turn)
  if ('is' in spawned) return { ...spawned, wait: pause }
  const url = new URL(spawned.url, check.url).href.replace(/\/?$/, '/')
  turn.tell('the server is ready')
  const found = await askServer(http, { url, token: at.token }, check.code, turn.signal, turn.left)
  return { ...found, wait: pause }
}
