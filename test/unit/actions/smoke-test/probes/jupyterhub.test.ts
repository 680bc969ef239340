import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cleanUp } from '../../../../../actions/smoke-test/cleanup.js'
import { leftoversIn, takeLeftovers } from '../../../../../actions/smoke-test/leftovers.js'
import { askJupyterHub, type HubGround } from '../../../../../actions/smoke-test/probes/jupyterhub.js'
import type { JupyterHubCheck } from '../../../../../shared/policy/smoke-types.js'
import { type Hub, type HubOptions, hubServer, hubToken } from '../../../../fixtures/hub-server.js'

let temp: string
beforeAll(async () => {
  temp = await mkdtemp(join(tmpdir(), 'smoke-'))
})
afterAll(() => rm(temp, { recursive: true }))

const check = (hub: Hub, change: Partial<JupyterHubCheck> = {}): JupyterHubCheck => ({
  kind: 'jupyterhub',
  name: undefined,
  url: hub.url,
  user: 'smoke',
  server: '',
  token: hubToken,
  version: undefined,
  code: { run: 'print(6 * 7)', output: '^42\\s*$' },
  timeout: 1,
  failureThreshold: undefined,
  successThreshold: 1,
  when: undefined,
  ...change,
})

async function ask(
  hub: Hub,
  change: Partial<JupyterHubCheck> = {},
  cancelled = new AbortController().signal,
  time = 5_000,
) {
  const lines: string[] = []
  const runtime = { http: fetch, cancelled, github: () => {} } as unknown as HubGround['world']
  const signal = AbortSignal.any([cancelled, AbortSignal.timeout(time)])
  const turn = { left: time, signal, tell: (line: string) => void lines.push(line) }
  const found = await askJupyterHub(check(hub, change), turn, { world: runtime, leftovers: leftoversIn(temp) })
  return { found, lines }
}

test.each(['', 'probe'])('a server named "%s" is started, code runs in it, and nothing stays', async (server) => {
  await using hub = await hubServer()
  const { found } = await ask(hub, { server })

  expect(found).toMatchObject({
    is: 'right',
    came: 'hub 6.1.1: the server has version 2.21.1, the code printed "42\\n"',
  })
  expect([...hub.users, ...hub.servers]).toEqual([])
  expect(await takeLeftovers(temp)).toEqual([])
})

test('a user that was there before stays', async () => {
  await using hub = await hubServer({ users: ['smoke'] })

  expect((await ask(hub)).found.is).toBe('right')
  expect([...hub.users]).toEqual(['smoke'])
  expect(hub.servers.size).toBe(0)
})

test('a server that an earlier test left is removed first', async () => {
  await using hub = await hubServer({ users: ['smoke'], servers: ['smoke/'] })
  const { found, lines } = await ask(hub)

  expect(found.is).toBe('right')
  expect(lines).toContain('a server of an earlier test still exists: removing it')
  const calls = hub.requests.filter((request) => request.endsWith('/server'))
  expect(calls).toEqual([
    'DELETE /hub/api/users/smoke/server',
    'POST /hub/api/users/smoke/server',
    'DELETE /hub/api/users/smoke/server',
  ])
})

const answers =
  (request: string, status: number): Required<HubOptions>['instead'] =>
  (asked, response) => {
    if (asked !== request) return false
    response.writeHead(status).end('{}')
    return true
  }
const failed = (message: string) => ({ progress: 100, failed: true, message })

test.each<[string, HubOptions, string, string]>([
  ['is ill', { instead: answers('GET /hub/api/health', 503) }, 'wrong', "the hub's health is 503"],
  [
    'cannot spawn',
    { progress: [{ progress: 20, message: 'Scheduling' }, failed('Spawn failed: no node has room')] },
    'wrong',
    'Spawn failed: no node has room',
  ],
  ['says 201 to a spawn that fails', { spawn: 201, progress: [failed('Spawn failed: ')] }, 'wrong', 'Spawn failed:'],
  ['says 500 to a spawn', { spawn: 500 }, 'wrong', 'the hub cannot start the server: it answers 500'],
  ['starts no more servers for now', { spawn: 429 }, 'unknown', '429'],
  [
    'does not take the token for users',
    { instead: answers('POST /hub/api/users/smoke', 403), users: [] },
    'unknown',
    'there is no user smoke, and the token may not create one',
  ],
  [
    'has a proxy that does not know the server',
    { instead: answers('GET /user/smoke/api', 404) },
    'wrong',
    'the server answers 404 at api',
  ],
  [
    'has a server that refuses the token',
    { instead: answers('GET /user/smoke/api/status', 403) },
    'wrong',
    '403 at api/status',
  ],
  [
    'has no kernels',
    { instead: answers('POST /user/smoke/api/kernels', 500) },
    'wrong',
    'did not start a kernel: it answers 500',
  ],
  ['has a kernel that hangs up', { kernel: () => 'hangs up' }, 'wrong', 'the WebSocket of the kernel'],
  [
    'has a kernel that raises',
    {
      kernel: () => [
        ['error', { ename: 'ZeroDivisionError', evalue: 'division by zero' }],
        ['execute_reply', { status: 'error' }],
        ['status', { execution_state: 'idle' }],
      ],
    },
    'wrong',
    'the code raised ZeroDivisionError: division by zero',
  ],
  [
    'has a kernel that miscounts',
    {
      kernel: () => [
        ['stream', { name: 'stdout', text: '43\n' }],
        ['status', { execution_state: 'idle' }],
        ['execute_reply', { status: 'ok' }],
      ],
    },
    'wrong',
    'printed "43\\n", which does not match',
  ],
  [
    'cannot stop the server',
    { instead: answers('DELETE /hub/api/users/smoke/server', 500) },
    'wrong',
    'cannot be stopped: the hub answers 500',
  ],
])('a hub that %s', async (_, options, is, came) => {
  await using hub = await hubServer(options)
  const { found } = await ask(hub)

  expect(found).toMatchObject({ is, came: expect.stringContaining(came) })
  if (!came.includes('stopped')) expect([...hub.users, ...hub.servers], 'nothing stays').toEqual([])
  await takeLeftovers(temp)
})

test('a token that the hub does not take is the tester’s trouble', async () => {
  await using hub = await hubServer({ users: ['smoke'] })
  expect((await ask(hub, { token: 'wrong' })).found).toMatchObject({
    is: 'unknown',
    came: expect.stringContaining('403'),
  })
})

test('a token that may not make users does for a user who is there', async () => {
  await using hub = await hubServer({ users: ['smoke'], instead: answers('POST /hub/api/users/smoke', 403) })
  expect((await ask(hub)).found.is).toBe('right')
})

test('the version is asserted where the policy names one', async () => {
  await using hub = await hubServer()

  expect((await ask(hub, { version: '6.1.1' })).found.is).toBe('right')
  expect((await ask(hub, { version: '5.0.0' })).found).toMatchObject({
    is: 'wrong',
    came: 'the hub has version 6.1.1, not 5.0.0',
  })
})

test('a kernel that says nothing and a spawn that never ends fail at the deadline, and nothing stays', async () => {
  await using silent = await hubServer({ kernel: () => 'says nothing' })
  await using slow = await hubServer({ progress: [{ progress: 0, message: 'Server requested' }] })
  const results = await Promise.all([silent, slow].map((hub) => ask(hub, {}, undefined, 1_000)))

  expect(results.map(({ found }) => found.is)).toEqual(['wrong', 'wrong'])
  expect([...silent.servers, ...slow.servers, ...silent.users, ...slow.users]).toEqual([])
})

test('a cancelled run stops and deletes what it made', async () => {
  const stop = new AbortController()
  await using hub = await hubServer({
    progress: [{ progress: 0, message: 'Server requested' }],
    instead: (asked) => {
      if (asked.endsWith('/progress')) setImmediate(() => stop.abort())
      return false
    },
  })

  await expect(ask(hub, {}, stop.signal)).rejects.toThrow()
  expect([...hub.users, ...hub.servers]).toEqual([])
})

test('what a killed process left on a hub is removed by the step after the job', async () => {
  await using hub = await hubServer({ users: ['smoke'], servers: ['smoke/probe'] })
  const left = {
    kind: 'hub',
    api: `${hub.url}/hub/api`,
    user: 'smoke',
    server: 'probe',
    token: hubToken,
    made: true,
  } as const
  await leftoversIn(temp).note(left)
  for (const one of await takeLeftovers(temp)) await cleanUp(one, { http: fetch, github: () => ({}) as never })

  expect([...hub.users, ...hub.servers]).toEqual([])
})
