import { expect, test } from 'vitest'
import type { Permissions } from '../../rehearsal/github/types.js'
import { deploy } from '../fixtures/deploy-repo.js'
import { startFailedDeploy } from '../fixtures/failed-deploy.js'
import { eachPermissionLess, expectMissing } from '../fixtures/missing-permission.js'
import { type Started, startAction } from '../fixtures/start-action.js'

// What rollback's README lists for the part `git`, and not one more.
const here: Permissions = {
  checks: 'read',
  contents: 'write',
  deployments: 'read',
  issues: 'write',
  pull_requests: 'write',
}
const upstream: Permissions = { contents: 'read', issues: 'write', pull_requests: 'read' }

/** The way back in git after a failed deploy, from nothing: every permission is needed somewhere. */
async function rollBack(deployRepo: Permissions, upstreamRepo: Permissions): Promise<Started> {
  await using failed = await startFailedDeploy()
  const { github, gateApp } = failed.deployRepo
  github.install(gateApp, deploy, deployRepo)
  github.install(gateApp, 'hub-org/hub', upstreamRepo)
  return await startAction('rollback', await failed.starts.git())
}

test.each(eachPermissionLess(here))('rollback without %s in the deploy repo says so', async (missing, left) => {
  expectMissing(await rollBack(left, upstream), missing)
})

test.each(eachPermissionLess(upstream))(
  'rollback without %s upstream takes back what is deployed all the same, and says what it lacks',
  async (missing, left) => {
    const { code, result, log } = await rollBack(here, left)
    expect([code, result.decision]).toEqual([1, 'reverted'])
    expect(log).toMatch(new RegExp(`could not be opened.*${missing.split(':')[0]}: (read|write)`))
  },
)

test('rollback works with exactly what its README lists', async () => {
  const { result, log } = await rollBack(here, upstream)
  expect(result).toMatchObject({ decision: 'reverted', reason: 'revert-pending' })
  expect(log).toContain('Issue upstream')
  expect(log).not.toContain('could not be opened')
})
