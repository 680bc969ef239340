import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { cleanUp } from '../../../../../actions/smoke-test/cleanup.js'
import { leftoversIn, takeLeftovers } from '../../../../../actions/smoke-test/leftovers.js'
import { askBuild, type BinderGround } from '../../../../../actions/smoke-test/probes/binder.js'
import { redactionOf } from '../../../../../actions/smoke-test/redaction.js'
import { fillPlaceholders } from '../../../../../shared/policy/placeholders.js'
import { normalizeCheck } from '../../../../../shared/policy/smoke-normalize.js'
import { checkSchema as schema } from '../../../../../shared/policy/smoke-schema.js'
import type { BinderBuildCheck } from '../../../../../shared/policy/smoke-types.js'
import { type BinderServer, binderServer, events, ready, type Stream } from '../../../../fixtures/binder-server.js'
import { at, deploy, type EmulatorFixture, startEmulatorFixture } from '../../../../fixtures/emulator.js'

let fixture: EmulatorFixture
let temp: string
let main: string
beforeAll(async () => {
  fixture = await startEmulatorFixture()
  main = (await fixture.client(fixture.ada.token).rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha
})
afterAll(() => fixture[Symbol.asyncDispose]())
beforeEach(async () => {
  temp = await mkdtemp(join(tmpdir(), 'smoke-'))
  return () => rm(temp, { recursive: true })
})

const waiting = { phase: 'waiting', message: '' }
const building = { phase: 'building', message: 'Step 1/3\n' }
const good: Stream = { parts: events(waiting, building, ready) }

/** Builds on this BinderHub, from a repository on the emulated GitHub; `ref` as in the policy. */
function build(
  binder: BinderServer,
  token: string,
  { ref, cancelled = new AbortController().signal }: { ref?: string; cancelled?: AbortSignal } = {},
) {
  const entry = { 'binder-build': deploy, url: binder.url, token: '{secrets.T}', ...(ref === undefined ? {} : { ref }) }
  const site = { cluster: 'one', host: undefined, namespace: 'n', values: [], secrets: { T: token } }
  const check = fillPlaceholders(normalizeCheck(schema.parse(entry)), site) as BinderBuildCheck
  const signal = AbortSignal.any([cancelled, AbortSignal.timeout(10_000)])
  const ground = {
    world: { http: fetch, cancelled, run: { id: 7, attempt: 1 }, github: fixture.client },
    redaction: redactionOf([token]),
    leftovers: leftoversIn(temp),
  } as unknown as BinderGround
  return askBuild(check, { left: 10_000, signal, tell: () => {} }, ground)
}

async function branches(): Promise<string[]> {
  const { data } = await fixture.client(fixture.ada.token).rest.repos.listBranches({ ...at })
  return data.map(({ name }) => name)
}

test('the whole way: a commit like the newest that nobody has built, on a branch of its own, launched, and all gone again', async () => {
  await using binder = await binderServer(good)
  const token = fixture.github.mintJobToken(deploy, { contents: 'write' }, 7)
  const built = async () => {
    const found = await build(binder, token)
    expect(found).toMatchObject({ is: 'right' })
    return /^GET \/build\/gh\/hub-org\/deploy\/([0-9a-f]{40})/.exec(binder.requests.splice(0)[0] ?? '')?.[1] ?? ''
  }
  const [first, second] = [await built(), await built()]

  expect(first).not.toBe(second)
  const { rest } = fixture.client(fixture.ada.token)
  const { data: base } = await rest.git.getCommit({ ...at, commit_sha: main })
  for (const commit_sha of [first, second]) {
    const { data } = await rest.git.getCommit({ ...at, commit_sha })
    expect([data.tree.sha, data.parents.map(({ sha }) => sha)]).toEqual([base.tree.sha, [main]])
  }
  expect(binder.running()).toBe(0)
  expect(await branches()).toEqual(['main'])
  expect(await takeLeftovers(temp)).toEqual([])
})

test.each<[string, () => string, object]>([
  ['that may only read', () => fixture.github.mintJobToken(deploy, { contents: 'read' }, 7), { is: 'unknown' }],
  ['that nobody knows', () => 'gone', { is: 'unknown' }],
])('a token %s tells nothing about the service', async (_, token, expected) => {
  await using binder = await binderServer(good)

  expect(await build(binder, token())).toMatchObject(expected)
  expect(binder.requests).toEqual([])
  expect(await branches()).toEqual(['main'])
})

test('a reference that is not there is no fault of the service', async () => {
  await using binder = await binderServer(good)
  const token = fixture.github.mintJobToken(deploy, { contents: 'write' }, 7)

  expect(await build(binder, token, { ref: 'nowhere' })).toMatchObject({ is: 'unknown' })
  expect(binder.requests).toEqual([])
})

test('an image that was there is not taken for a build', async () => {
  await using binder = await binderServer({ parts: events({ phase: 'built', message: 'Found built image' }, ready) })
  const token = fixture.github.mintJobToken(deploy, { contents: 'write' }, 7)

  const found = await build(binder, token)
  expect(found).toMatchObject({ is: 'unknown', came: expect.stringContaining('nothing was built') })
  expect(binder.running()).toBe(0)
  expect(await branches()).toEqual(['main'])
})

test.each<[string, Stream]>([
  ['fails', { parts: events(waiting, { phase: 'failed', message: 'pip exited 1' }) }],
  ['is cut off', { parts: [...events(waiting, building), { at: 0, end: 'cut' }] }],
  ['gives no last event', { parts: [...events(waiting, building), { at: 0, end: 'closed' }] }],
])('a build that %s is a fault, and its branch is gone', async (_, stream) => {
  await using binder = await binderServer(stream)
  const token = fixture.github.mintJobToken(deploy, { contents: 'write' }, 7)

  expect(await build(binder, token)).toMatchObject({ is: 'wrong' })
  expect(await branches()).toEqual(['main'])
})

test('cancelled while it builds: the branch is gone', async () => {
  const stop = new AbortController()
  await using binder = await binderServer({ parts: events(waiting, building) })
  binder.server.on('request', () => stop.abort())
  const token = fixture.github.mintJobToken(deploy, { contents: 'write' }, 7)

  await build(binder, token, { cancelled: stop.signal }).catch(() => undefined)
  expect(binder.requests).toHaveLength(1)
  expect(await branches()).toEqual(['main'])
})

test('a branch that a killed process left is removed after the job; one that is gone already is none to speak of', async () => {
  const token = fixture.github.mintJobToken(deploy, { contents: 'write' }, 7)
  await fixture.client(token).rest.git.createRef({ ...at, ref: 'refs/heads/lockstep-smoke-left', sha: main })
  const left = { kind: 'branch' as const, repo: deploy, branch: 'lockstep-smoke-left', token }

  for (let time = 1; time <= 2; time++) await cleanUp(left, { http: fetch, github: fixture.client as never })
  expect(await branches()).toEqual(['main'])
})
