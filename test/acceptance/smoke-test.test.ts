import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DeployRepo, startDeployRepo } from '../fixtures/deploy-repo.js'
import { type Started, startAction } from '../fixtures/start-action.js'

let deployRepo: DeployRepo
let head: string
let workspace: string

beforeAll(async () => {
  deployRepo = await startDeployRepo()
  head = await deployRepo.head()
  workspace = await deployRepo.checkout(head)
})
afterAll(() => deployRepo[Symbol.asyncDispose]())

const start = (deployed: string, at = workspace): Promise<Started> =>
  startAction('smoke-test', {
    inputs: {
      ...{ mode: 'verify', cluster: 'staging' },
      ...{ kubeconfig: 'kubeconfig with a long-secret-inside', 'deploy-result': deployed },
    },
    env: deployRepo.env(head, at, { PATH: deployRepo.noTools }),
  })

test('a check that is misspelt is named with its line, before anything is asked', async () => {
  const other = await deployRepo.checkout(head)
  const file = join(other, '.github/deploy-policy.yml')
  const text = `${await readFile(file, 'utf8')}  - { binder-lunch: o/r, ref: abc, timeout: 1m }\n`
  await writeFile(file, text)
  const { code, result, log } = await start('{}', other)

  expect(code).toBe(1)
  expect(result).toMatchObject({ decision: 'refused', reason: 'policy-invalid' })
  expect(log).toContain(`.github/deploy-policy.yml:${text.trimEnd().split('\n').length}:`)
  expect(log).toContain('Did you mean "binder-launch"?')
})

test.each([
  ['nothing', ''],
  ['no JSON', 'deployed'],
  [
    'a failed deploy',
    JSON.stringify({
      schema: 1,
      action: 'helm-deploy',
      decision: 'failed',
      reason: 'unhealthy',
      message: 'no',
      commit: 'a'.repeat(40),
      run: '100/1',
      evidence: [],
    }),
  ],
])('after %s nothing is tested, and nothing verified', async (_, deployed) => {
  const { code, result, outputs } = await start(deployed)

  expect(code).toBe(1)
  expect(result).toMatchObject({ decision: 'refused', reason: 'input-invalid' })
  expect(outputs.verdict).toBeUndefined()
})
