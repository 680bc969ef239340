import { expect, test } from 'vitest'
import { at } from '../fixtures/deploy-repo.js'
import { startFailedDeploy } from '../fixtures/failed-deploy.js'
import { startAction } from '../fixtures/start-action.js'

test('where a cluster cannot go back, main is not reverted: the hold is there, and the lane stays shut', {
  timeout: 240_000,
}, async () => {
  await using failed = await startFailedDeploy()
  const { deployRepo } = failed
  await failed.recordFailure({ reason: 'irreversible', description: 'volumes cannot shrink' })

  for (const { code, result } of [await rollBack(), await rollBack()]) {
    expect([code, result]).toMatchObject([1, { decision: 'irreversible', reason: 'irreversible' }])
  }

  const ada = deployRepo.as(deployRepo.tokens.ada).rest
  expect((await ada.pulls.list({ ...at, state: 'open' })).data).toEqual([])
  expect((await ada.issues.listForRepo({ ...at, labels: 'deploy-blocked-version', state: 'open' })).data).toHaveLength(
    1,
  )

  // Once it went back after all, in another attempt, main follows.
  await failed.recordFailure({ reason: 'rollback-failed', run: failed.runKey.replace('/1', '/2') })
  expect((await rollBack()).result).toMatchObject({ decision: 'reverted', reason: 'revert-pending' })

  async function rollBack() {
    return startAction('rollback', await failed.starts.git())
  }
})
