import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startGitHub } from '../../../../rehearsal/github/server.js'
import type { Emulator } from '../../../../rehearsal/github/types.js'
import { connectGitHub, type GitHub } from '../../../../shared/github/client.js'
import { explainGitHub } from '../../../../shared/github/errors.js'
import { workflowRefusal } from '../../../../shared/github/refs.js'
import { requestUsage, type Usage } from '../../../../shared/github/usage.js'

let dir: string
let emulator: Emulator
let github: GitHub
let asked: Usage
let warnings: string[]

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lockstep-limited-'))
  emulator = await startGitHub({
    dir,
    limits: { hourly: { job: 5, installation: 5 }, content: { minute: 80, hour: 500 } },
  })
})
afterAll(async () => {
  await emulator[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})
let repositories = 0
/** A client with a job's token of a repository in which nothing was asked yet. */
beforeEach(async () => {
  repositories += 1
  await emulator.createRepository({ repo: `a/r${repositories}`, files: { x: 'y' } })
  const token = emulator.mintJobToken(`a/r${repositories}`, { issues: 'write' }, 1)
  warnings = []
  asked = requestUsage()
  github = connectGitHub(token, { apiUrl: emulator.url }, { warning: (text) => void warnings.push(text) }, asked)
})

const requests = async (work: () => Promise<unknown>): Promise<{ sent: number; error: unknown }> => {
  const before = emulator.requests.length
  const error = await work().then(
    () => undefined,
    (error: unknown) => error,
  )
  return { sent: emulator.requests.length - before, error }
}

const secondary = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'

test.each([403, 429])(
  'a limit that passes soon is waited for as long as GitHub says, and asked once more (%d)',
  async (status) => {
    const started = Date.now()
    emulator.faults.next({ kind: 'status', status, message: secondary, headers: { 'retry-after': '1' } })
    expect(await requests(() => github.rest.meta.get())).toEqual({ sent: 2, error: undefined })
    expect(Date.now() - started).toBeGreaterThanOrEqual(1_000)
    expect(warnings).toEqual(["GitHub's secondary rate limit: waiting 1 s (GET /meta)."])
    expect(asked.say('the gate')).toMatch(
      /^GitHub: 2 requests by the gate, 1\.\d s of waiting; 4 of 5 are left until \d\d:\d\d UTC$/,
    )
  },
)

test.each([403, 429])('one that does not is told at once, with how long it takes (%d)', async (status) => {
  emulator.faults.next({ kind: 'status', status, message: secondary, headers: { 'retry-after': '600' } })
  const { sent, error } = await requests(() => github.rest.meta.get())
  expect(sent).toBe(1)
  expect(explainGitHub(error)).toMatchObject({
    reason: 'github-unreachable',
    message: `GitHub's rate limit is reached (GET /meta): ${secondary} - https://docs.github.com/rest`,
    fix: expect.stringMatching(/^Wait 600 s, then run the job again: that is safe/),
  })
})

test.each([403, 429] as const)('a used up hour is told with its end, and not waited for (%d)', async (status) => {
  emulator.openRows.limitStatus = status
  for (let index = 0; index < 5; index += 1) await github.rest.meta.get()
  const { sent, error } = await requests(() => github.rest.meta.get())
  expect(sent).toBe(1)
  expect(explainGitHub(error)).toMatchObject({
    reason: 'github-unreachable',
    fix: expect.stringMatching(/^Wait until \d\d:\d\d UTC, then run the job again: that is safe/),
  })
})

test.each(['RATE_LIMITED', 'RATE_LIMIT'] as const)('so is one of GraphQL (%s)', async (type) => {
  emulator.openRows.graphqlLimit = type
  const token = emulator.mintJobToken(`a/r${repositories}`, { issues: 'write' }, 1)
  const ask = () =>
    fetch(`${emulator.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: '{"query":"{ viewer { login } }"}',
    })
  for (let index = 0; index < 5; index += 1) await ask()
  const { sent, error } = await requests(() => github.graphql('{ viewer { login } }'))
  expect(sent).toBe(1)
  expect(explainGitHub(error)).toMatchObject({
    reason: 'github-unreachable',
    fix: expect.stringMatching(/^Wait until \d\d:\d\d UTC, then run the job again/),
  })
})

test('one that names permissions as well is no missing permission, nor about workflow files', async () => {
  const headers = { 'retry-after': '600', 'x-accepted-github-permissions': 'contents=write,workflows=write' }
  emulator.faults.next({ kind: 'status', status: 403, message: secondary, headers })
  const { error } = await requests(() => github.rest.meta.get())
  expect(explainGitHub(error)?.reason).toBe('github-unreachable')
  expect(workflowRefusal('lockstep/bump/hub', error)).toBeUndefined()
})

test('writes wait for one another, of REST and GraphQL; what only reads does not wait', async () => {
  const at = { owner: 'a', repo: `r${repositories}` }
  const before = emulator.requests.length
  const mutation = 'mutation { disablePullRequestAutoMerge(input: { pullRequestId: "x" }) { clientMutationId } }'
  await github.rest.issues.createLabel({ ...at, name: 'x' })
  await Promise.all([
    github.graphql(mutation).catch(() => undefined),
    ...[1, 2, 3].map(() => github.graphql('query { viewer { login } }').then(() => github.rest.repos.get(at))),
  ])
  const paths = emulator.requests.slice(before).map(({ path }) => path.split('/').at(-1))
  expect(paths).toHaveLength(8)
  expect([paths[0], paths[7]]).toEqual(['labels', 'graphql'])
})
