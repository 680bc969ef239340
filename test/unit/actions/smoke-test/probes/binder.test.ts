import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cleanUp } from '../../../../../actions/smoke-test/cleanup.js'
import { leftoversIn, takeLeftovers } from '../../../../../actions/smoke-test/leftovers.js'
import { askLaunch, type BinderGround } from '../../../../../actions/smoke-test/probes/binder.js'
import { askHttp } from '../../../../../actions/smoke-test/probes/http.js'
import { redactionOf } from '../../../../../actions/smoke-test/redaction.js'
import type { BinderLaunchCheck, HttpCheck } from '../../../../../shared/policy/smoke-types.js'
import {
  type BinderServer,
  binderServer,
  events,
  launchToken,
  ready,
  type Stream,
} from '../../../../fixtures/binder-server.js'
import { serve } from '../../../../fixtures/http-server.js'
import { hasRealData, realData } from '../../../../fixtures/real-data.js'
import { recordings } from '../recordings.js'

let temp: string
beforeAll(async () => {
  temp = await mkdtemp(join(tmpdir(), 'smoke-'))
})
afterAll(() => rm(temp, { recursive: true }))

const common = { name: undefined, failureThreshold: undefined, successThreshold: 1, when: undefined, timeout: 1 }
const check = (at: string, change: Partial<BinderLaunchCheck> = {}): BinderLaunchCheck => ({
  ...common,
  kind: 'binder-launch',
  url: at,
  provider: 'gh',
  repo: 'o/r',
  ref: 'main',
  buildToken: '',
  code: undefined,
  ...change,
})

interface Circumstances extends Partial<BinderLaunchCheck> {
  time?: number
  cancelled?: AbortSignal
}

/** Launches once against a server; `time` (ms) is what is left. */
async function launch(
  server: BinderServer,
  { time = 5_000, cancelled = new AbortController().signal, ...change }: Circumstances = {},
) {
  const lines: string[] = []
  const redaction = redactionOf([])
  const runtime = { http: fetch, cancelled, run: {}, github: () => {} } as unknown as BinderGround['world']
  const signal = AbortSignal.any([cancelled, AbortSignal.timeout(time)])
  const turn = { left: time, signal, tell: (line: string) => void lines.push(redaction.hide(line)) }
  const found = await askLaunch(check(server.url, change), turn, {
    world: runtime,
    redaction,
    leftovers: leftoversIn(temp),
  })
  return { found, lines, redaction }
}

const good: Record<string, string> = {
  'binder-success': 'right',
  'binder-success-cached': 'right',
  'binder-slow-keepalive': 'right',
  'binder-stock-fakebuild': 'right',
  'binder-bad-token': 'unknown',
  'binder-quota': 'unknown',
  'binder-raiseref': 'unknown',
  'binder-ratelimited': 'unknown',
}
const all = recordings()
const builds = all.filter(({ path }) => path.startsWith('/build/'))

test.each(builds)('the recording $name is judged as it ended', async (recording) => {
  await using server = await binderServer(recording)
  const { found, lines } = await launch(server)

  expect(found.is, found.came).toBe(good[recording.name] ?? 'wrong')
  expect(found.came).not.toContain(launchToken)
  expect(lines.join('\n')).not.toContain(launchToken)
  expect(server.running(), 'nothing is left running').toBe(0)
})

test.skipIf(!hasRealData)(`every recording of a build is played: ${realData}`, () => {
  expect(builds.length).toBe(22)
  expect(Object.keys(good).every((name) => builds.some((build) => build.name === name))).toBe(true)
})

test.each(all.filter(({ path }) => path === '/health'))('the recorded $name is no good health', async (recording) => {
  await using server = await serve((_, response) =>
    response
      .writeHead(recording.status ?? 0, recording.headers)
      .end(recording.parts.map((part) => ('text' in part ? part.text : '')).join('')),
  )
  const http = {
    url: `${server.url}/health`,
    method: 'GET',
    status: 200,
    json: { ok: true },
    headers: {},
    redirects: 0,
  }
  const found = await askHttp({ ...http, request: { headers: {} } } as unknown as HttpCheck, fetch, 1_000)

  expect(found).toMatchObject({ is: 'wrong', came: '503, not 200; ok is false, not true' })
})

const waiting = { phase: 'waiting', message: 'Waiting for build to start...\n' }
const building = { phase: 'building', message: 'Step 1/2\n' }

test.each<[string, Stream, string, string]>([
  [
    'cut in the middle',
    { parts: [...events(waiting, building), { at: 1, end: 'cut' }] },
    'wrong',
    'the connection was cut; the last phase was "building"',
  ],
  [
    'cut in the middle of an event',
    { parts: [...events(building), { at: 0, text: 'data: {"phase": "rea' }, { at: 1, end: 'cut' }] },
    'wrong',
    'cut',
  ],
  [
    'closed without a last event',
    { parts: [...events(waiting), { at: 0, end: 'closed' }] },
    'wrong',
    'the stream ended without a result; the last phase was "waiting"',
  ],
  ['closed with nothing in it', { parts: [{ at: 0, end: 'closed' }] }, 'wrong', 'no event arrived'],
  [
    'an error page',
    { status: 502, headers: { 'content-type': 'text/html' }, parts: [{ at: 0, end: 'closed' }] },
    'wrong',
    'answers 502 (text/html) instead of an event stream',
  ],
  [
    'a page with status 200',
    { headers: { 'content-type': 'text/html' }, parts: [{ at: 0, end: 'closed' }] },
    'wrong',
    'answers 200 (text/html)',
  ],
  ['too many requests', { status: 429, parts: [{ at: 0, end: 'closed' }] }, 'unknown', 'answers 429'],
  ['ready without a server', { parts: events({ phase: 'ready', imageName: 'x' }) }, 'wrong', 'ready, but without'],
  [
    'a failure without a reason',
    { parts: events(waiting, { phase: 'failed' }) },
    'wrong',
    'failed: BinderHub does not say why',
  ],
  [
    'no JSON, then ready',
    { parts: [{ at: 0, text: 'data: hello\n\ndata:\n\nevent: x\n\n' }, ...events(ready)] },
    'right',
    'the server has version 2.21.1',
  ],
  [
    'ready in pieces and with Windows line ends',
    {
      parts: [
        { at: 0, text: `data: ${JSON.stringify(ready).slice(0, 15)}` },
        { at: 1, text: JSON.stringify(ready).slice(15) },
        { at: 2, text: '\r\n\r\n' },
      ],
    },
    'right',
    'ready after',
  ],
])('a stream that is %s', async (_, stream, is, came) => {
  await using server = await binderServer(stream)
  const { found } = await launch(server)

  expect(found).toMatchObject({ is, came: expect.stringContaining(came) })
  expect(server.running()).toBe(0)
})

test('a build that never ends fails at the deadline, and says where it was', async () => {
  const keepalive = Array.from({ length: 100 }, (_, index) => ({ at: index * 5, text: ':keepalive\n\n' }))
  await using server = await binderServer({ parts: [...events(waiting, building), ...keepalive] })
  const { found } = await launch(server, { time: 700 })

  expect(found).toMatchObject({ is: 'wrong', came: 'no result within 0.7 s; the last phase was "building"' })
})

test('phases and log are told as they come, without the token', async () => {
  await using server = await binderServer({ parts: events(waiting, building, ready) })
  const { lines } = await launch(server)

  expect(lines).toEqual([
    'waiting: Waiting for build to start...',
    'building: Step 1/2',
    expect.stringMatching(/^ready: server running at http:.*\/user\/x\/$/),
  ])
})

test('provider, repository, reference and build token are asked for', async () => {
  await using server = await binderServer({ parts: events(ready) })
  await launch(server, { provider: 'gl', ref: 'feature/x', buildToken: 'a b' })

  expect(server.requests[0]).toBe('GET /build/gl/o/r/feature%2Fx?build_token=a%20b')
})

test.each<[string, string, number, string]>([
  ['refuses its own token', '/api/status', 403, 'the server answers 403 at api/status'],
  ['is not there', '/api', 404, 'the server answers 404 at api'],
  ['goes to the hub instead', '/api', 302, 'the server answers 302 at api'],
  ['starts no kernel', '/api/kernels', 500, 'the server did not start a kernel: it answers 500'],
])('a server that %s is wrong, and is shut down all the same', async (_, path, status, came) => {
  const server = (asked: string, response: import('node:http').ServerResponse): boolean => {
    if (!asked.endsWith(path)) return false
    response.writeHead(status).end()
    return true
  }
  await using binder = await binderServer({ parts: events(ready) }, { server })
  const { found } = await launch(binder, { code: { run: 'print(1)', output: '1' } })

  expect(found).toMatchObject({ is: 'wrong', came: expect.stringContaining(came) })
  expect(binder.running()).toBe(0)
})

test('a server that cannot be shut down is a fault, and stays on the list of what is left', async () => {
  const server = (asked: string, response: import('node:http').ServerResponse): boolean => {
    if (!asked.endsWith('/api/shutdown')) return false
    response.writeHead(500).end()
    return true
  }
  await using binder = await binderServer({ parts: events(ready) }, { server })
  const { found } = await launch(binder)

  expect(found).toMatchObject({ is: 'wrong', came: expect.stringContaining('cannot be shut down') })
  expect(await takeLeftovers(temp)).toMatchObject([{ kind: 'launched', token: launchToken }])
  expect(await takeLeftovers(temp)).toEqual([])
})

test('when the run is cancelled after the launch, the server is shut down', async () => {
  const stop = new AbortController()
  const server = (asked: string): boolean => {
    if (asked.endsWith('/api')) stop.abort()
    return asked.endsWith('/api')
  }
  await using binder = await binderServer({ parts: events(ready) }, { server })
  await launch(binder, { cancelled: stop.signal })

  expect(binder.running()).toBe(0)
  expect(await takeLeftovers(temp)).toEqual([])
})

test('what a killed process left is removed by the step after the job', async () => {
  await using binder = await binderServer({ parts: events(ready) })
  await leftoversIn(temp).note({ kind: 'launched', url: `${binder.url}/user/x/`, token: launchToken })
  for (const left of await takeLeftovers(temp)) await cleanUp(left, { http: fetch, github: () => ({}) as never })

  expect(binder.requests).toEqual(['POST /user/x/api/shutdown'])
})
