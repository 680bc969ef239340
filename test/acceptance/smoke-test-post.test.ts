import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { leftoversIn } from '../../actions/smoke-test/leftovers.js'
import { binderServer, launchToken } from '../fixtures/binder-server.js'

const dist = process.env.LOCKSTEP_DIST ?? 'dist'

/** The step after the job, as the runner starts it: the same bundle, with the state that was saved. */
async function post(temp: string): Promise<string> {
  const env = { PATH: process.env.PATH ?? '', STATE_started: 'true', RUNNER_TEMP: temp, GITHUB_ACTIONS: 'true' }
  const { all } = await execa('node', [`${dist}/smoke-test.js`], { all: true, extendEnv: false, env })
  return all
}

test('a server that a killed smoke test launched is shut down after the job, without a word of its token', async () => {
  const temp = await mkdtemp(join(tmpdir(), 'post-'))
  await using binder = await binderServer({ parts: [] })
  await leftoversIn(temp).note({ kind: 'launched', url: `${binder.url}/user/x/`, token: launchToken })
  const log = await post(temp)

  expect(binder.requests).toEqual(['POST /user/x/api/shutdown'])
  expect(log).toContain('Removed a launched server')
  expect(log).not.toContain(launchToken)
  expect(await readdir(temp)).toEqual([])
  await rm(temp, { recursive: true })
})

test('with nothing left, or a list that cannot be read, it ends quietly', async () => {
  const temp = await mkdtemp(join(tmpdir(), 'post-'))
  expect(await post(temp)).toBe('')
  await writeFile(join(temp, 'lockstep-smoke-test-leftovers.json'), '[{"kind": ')
  expect(await post(temp)).toBe('')
  await rm(temp, { recursive: true })
})
