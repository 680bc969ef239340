import { expect, test } from 'vitest'
import { startDeploySite } from '../fixtures/deploy-site.js'
import { startAction } from '../fixtures/start-action.js'

test('what a run has brought is not brought again by its next attempt: only tested, and then verified', async () => {
  await using site = await startDeploySite(4)
  const commit = await site.values('hub: { greeting: flaky }\n')
  const first = await startAction('helm-deploy', await site.starts.deploy(commit, '12'))
  expect(first.result).toMatchObject({ decision: 'deployed' })

  const again = await startAction('helm-deploy', await site.starts.deploy(commit, '12'))
  expect(again).toMatchObject({ code: 0, outputs: { changed: 'false' } })
  expect(again.result).toMatchObject({ decision: 'unchanged', commit })
  expect(again.result.releases).toEqual(first.result.releases)

  const another = await startAction('helm-deploy', await site.starts.deploy(commit, '13'))
  expect(another.result).toMatchObject({ decision: 'deployed', releases: [{ revision: 3 }] })
  const smoke = await startAction('smoke-test', await site.starts.smoke(another.result))
  expect(smoke.result).toMatchObject({ decision: 'verified', releases: another.result.releases, commit })
})
