import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGitHub } from '../../../../rehearsal/github/server.js'
import type { Emulator } from '../../../../rehearsal/github/types.js'
import { connectGitHub } from '../../../../shared/github/client.js'

let dir: string
let github: Emulator
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lockstep-version-'))
  github = await startGitHub({ dir })
})
afterAll(async () => {
  await github[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

test("Lockstep's client names the version, over REST and GraphQL", async () => {
  const client = connectGitHub(github.createUser('ada').token, { apiUrl: github.url }, { warning: () => {} })
  const { headers } = await client.rest.meta.get()
  expect(headers['x-github-api-version-selected']).toBe('2022-11-28')
  await client.graphql('{ viewer { login } }')
  expect([...github.violations]).toEqual([])
})

test('a version that this GitHub does not have is refused', async () => {
  const { status } = await fetch(`${github.url}/meta`, { headers: { 'x-github-api-version': '2020-01-01' } })
  expect(status).toBe(400)
})

test("a client of Lockstep's without it is a violation; anybody else's is not", async () => {
  await fetch(`${github.url}/meta`)
  expect(github.violations.size).toBe(0)
  await fetch(`${github.url}/meta`, { headers: { 'user-agent': 'lockstep octokit-core.js/7' } })
  expect([...github.violations]).toEqual(['GET /meta request: no X-GitHub-Api-Version'])
})
