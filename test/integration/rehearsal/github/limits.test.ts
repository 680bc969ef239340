import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { documentedLimits, type Limits } from '../../../../rehearsal/github/limits.js'
import { startGitHub } from '../../../../rehearsal/github/server.js'
import type { Emulator } from '../../../../rehearsal/github/types.js'
import { testAppJwt } from '../../../fixtures/app-jwt.js'

const plenty = { hourly: { job: 100, installation: 100 }, content: { minute: 100, hour: 100 } }
let dir: string
let github: Emulator | undefined
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lockstep-limits-'))
})
afterEach(async () => {
  await github?.[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

/** Asks with a job's token of a repository. */
async function start(limits: Limits | undefined) {
  const emulator = await startGitHub({ dir, limits })
  github = emulator
  for (const repo of ['a/one', 'a/two']) await emulator.createRepository({ repo, files: { x: 'y' } })
  const job = (repo: string) => emulator.mintJobToken(repo, { contents: 'read', issues: 'write' }, 1)
  const ask = (token: string, path: string, body?: object) =>
    fetch(`${emulator.url}${path}`, {
      headers: { authorization: `Bearer ${token}` },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    })
  return { emulator, job, ask }
}

test('without limits nothing is counted, and no answer speaks of them', async () => {
  const { job, ask } = await start(undefined)
  const { status, headers } = await ask(job('a/one'), '/repos/a/one')
  expect([status, headers.get('x-ratelimit-remaining')]).toEqual([200, null])
})

test('the numbers are those of the documentation', () => {
  expect(documentedLimits).toEqual({
    hourly: { job: 1_000, installation: 5_000 },
    content: { minute: 80, hour: 500 },
  })
})

test.each([403, 429] as const)(
  'L17: the tokens of a repository share its requests of an hour (%d)',
  async (refused) => {
    const { emulator, job, ask } = await start({ ...plenty, hourly: { job: 2, installation: 100 } })
    emulator.openRows.limitStatus = refused
    const first = await ask(job('a/one'), '/repos/a/one')
    expect(Object.fromEntries([...first.headers].filter(([name]) => /^x-ratelimit-[lru](?!es)/.test(name)))).toEqual({
      'x-ratelimit-limit': '2',
      'x-ratelimit-remaining': '1',
      'x-ratelimit-used': '1',
    })
    // An answer that refuses counts as well.
    expect((await ask(job('a/one'), '/repos/a/one/issues/77')).status).toBe(404)
    const third = await ask(job('a/one'), '/repos/a/one')
    expect(third.status).toBe(refused)
    expect(third.headers.get('x-ratelimit-remaining')).toBe('0')
    expect(await third.json()).toMatchObject({ message: expect.stringContaining('API rate limit exceeded') })
    const wait = Number(third.headers.get('x-ratelimit-reset')) - Date.now() / 1000
    expect(wait).toBeGreaterThan(3_500)
    expect(wait).toBeLessThanOrEqual(3_601)

    expect((await ask(job('a/two'), '/repos/a/two')).status).toBe(200)
    // Points of GraphQL are counted apart.
    expect(await (await ask(job('a/one'), '/graphql', { query: '{ viewer { login } }' })).json()).toHaveProperty('data')
  },
)

test.each(['RATE_LIMITED', 'RATE_LIMIT'] as const)(
  'L17: over GraphQL a used up hour is a 200 with %s',
  async (type) => {
    const { emulator, job, ask } = await start({ ...plenty, hourly: { job: 1, installation: 100 } })
    emulator.openRows.graphqlLimit = type
    const query = { query: '{ viewer { login } }' }
    await ask(job('a/one'), '/graphql', query)
    const second = await ask(job('a/one'), '/graphql', query)
    expect([second.status, second.headers.get('x-ratelimit-remaining')]).toEqual([200, '0'])
    expect(await second.json()).toMatchObject({ errors: [{ type }] })
  },
)

test.each([
  [{ minute: 2, hour: 100 }, 60],
  [{ minute: 100, hour: 2 }, 3_600],
])('what creates content is counted by the minute and by the hour (%j)', async (content, most) => {
  const { job, ask } = await start({ ...plenty, content })
  const write = () => ask(job('a/one'), '/repos/a/one/issues', { title: 'x' })
  expect([(await write()).status, (await write()).status]).toEqual([201, 201])
  const third = await write()
  expect(third.status).toBe(403)
  expect(await third.json()).toMatchObject({ message: expect.stringContaining('secondary rate limit') })
  expect(third.headers.get('x-ratelimit-remaining')).toBe('97')
  const wait = Number(third.headers.get('retry-after'))
  expect(wait).toBeGreaterThan(most - 20)
  expect(wait).toBeLessThanOrEqual(most)
  const mutation = {
    query: 'mutation { disablePullRequestAutoMerge(input: {pullRequestId: "x"}) { clientMutationId } }',
  }
  expect((await ask(job('a/one'), '/graphql', mutation)).status).toBe(403)
  expect((await ask(job('a/one'), '/repos/a/one')).status).toBe(200)
})

test("an App's installation has a limit of its own, people have none", async () => {
  const { emulator, ask } = await start({ ...plenty, hourly: { job: 1, installation: 2 } })
  const gate = emulator.createApp({ id: 7, slug: 'gate', permissions: { contents: 'read' } })
  const installation = emulator.install(gate.id, 'a/one')
  const jwt = await testAppJwt(gate.id, gate.privateKey)
  const made = await ask(jwt, `/app/installations/${installation}/access_tokens`, {})
  const { token } = (await made.json()) as { token: string }
  const asked = []
  for (let index = 0; index < 3; index += 1) asked.push((await ask(token, '/repos/a/one')).status)
  expect(asked).toEqual([200, 200, 403])
  const ada = emulator.createUser('ada').token
  for (let index = 0; index < 3; index += 1) expect((await ask(ada, '/repos/a/one')).status).toBe(200)
})
