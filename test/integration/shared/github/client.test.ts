import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGitHub } from '../../../../rehearsal/github/server.js'
import type { Emulator } from '../../../../rehearsal/github/types.js'
import { connectGitHub, type GitHub } from '../../../../shared/github/client.js'

let dir: string
let emulator: Emulator
let github: GitHub

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lockstep-client-'))
  emulator = await startGitHub({ dir })
  github = connectGitHub(emulator.createUser('ada').token, { apiUrl: emulator.url }, { warning: () => {} })
})
afterAll(async () => {
  await emulator[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

async function asked(status: number): Promise<number> {
  const before = emulator.requests.length
  emulator.faults.next({ kind: 'status', status })
  await github.rest.meta.get().catch(() => undefined)
  emulator.faults.clear()
  return emulator.requests.length - before
}

test.each([404, 405, 422])('a %d is not asked again: waiting does not change it', async (status) => {
  expect(await asked(status)).toBe(1)
})

test.each([409, 502])('what GitHub could not do at that moment is asked again (%d)', async (status) => {
  expect(await asked(status)).toBe(2)
})
