import { expect, test } from 'vitest'
import { at, startDeployRepo } from '../fixtures/deploy-repo.js'
import { startFailedDeploy } from '../fixtures/failed-deploy.js'
import { type Killed, killEverywhere } from '../fixtures/kill-at-requests.js'
import { startTestGitHub } from '../fixtures/repository-pair.js'
import { startAction } from '../fixtures/start-action.js'

/** Every kill is half a second or more, and the machine may have others to serve. */
const slow = { timeout: 600_000 }

/** @param writes how many states an action leaves at least: one before its first write, and one after each. */
function expectSame({ states, different }: Killed, writes: number): void {
  expect(different).toEqual([])
  expect(states).toBeGreaterThan(writes)
}

test.concurrent('open-bump-pr opens the same pull request, wherever it was killed before', slow, async () => {
  await using testGitHub = await startTestGitHub()
  const pair = await testGitHub.repositoryPair()
  const { merge, commit } = await pair.merge(pair.ada)
  pair.publish(commit)

  const killed = await killEverywhere(pair.github, 'open-bump-pr', await pair.starts.bump(merge))

  // Branch, pull request, label, assignee.
  expectSame(killed, 4)
  expect(killed.end).toContain('lockstep/bump/hub')
})

test.concurrent('open-bump-pr moves a pull request forward all the same', slow, async () => {
  await using testGitHub = await startTestGitHub()
  const pair = await testGitHub.repositoryPair()
  const first = await pair.merge(pair.ada)
  pair.publish(first.commit)
  await pair.bump(first.merge)
  const second = await pair.merge(pair.bob)
  const version = pair.publish(second.commit)

  // Reads were in the way of the killer above.
  const killed = await killEverywhere(pair.github, 'open-bump-pr', await pair.starts.bump(second.merge), 'writes')

  expectSame(killed, 2)
  expect(killed.end).toContain(`Bump hub to ${version} (2 changes)`)
})

test.concurrent('infra-change-gate leaves one check and one comment', slow, async () => {
  await using testGitHub = await startTestGitHub()
  const pair = await testGitHub.repositoryPair()
  const pull = await pair.propose('change', { 'change.txt': 'Changed\n' })

  expectSame(await killEverywhere(pair.github, 'infra-change-gate', await pair.starts.gate(pull)), 2)
})

test.concurrent('helm-deploy leaves one deployment record with one ending', slow, async () => {
  await using deployRepo = await startDeployRepo()
  const commit = await deployRepo.push({ 'README.md': 'Changed\n' })
  const workspace = await deployRepo.checkout(commit)
  const inputs = { mode: 'record', cluster: 'staging', token: deployRepo.tokens.gate }
  const env = deployRepo.env(commit, workspace, { PATH: deployRepo.noTools })

  const killed = await killEverywhere(deployRepo.github, 'helm-deploy', { inputs, env })

  expectSame(killed, 2)
  const { data } = await deployRepo.as(deployRepo.tokens.ada).rest.repos.listDeployments({ ...at, sha: commit })
  expect(data).toEqual([])
})

test.concurrent(
  'helm-deploy leaves one record of the way back, and none of what failed as a success',
  slow,
  async () => {
    await using failed = await startFailedDeploy()
    const { deployRepo } = failed
    // Staging was verified before another cluster failed: that success has to be taken back.
    await deployRepo.recordSuccess('staging', failed.commit, { run: failed.runKey })

    const killed = await killEverywhere(deployRepo.github, 'helm-deploy', await failed.starts.record('staging'))

    // The record, its status, and the success that is taken back.
    expectSame(killed, 3)
    expect(killed.end.match(/"success",\s+"staging was rolled back to/g)).toHaveLength(1)
    expect(killed.end.match(/"failure",\s+"Rolled back to/g)).toHaveLength(1)
  },
)

test.concurrent('rollback leaves one hold, one revert, one issue upstream', slow, async () => {
  await using failed = await startFailedDeploy()

  // Killed at a read it leaves what it leaves after the write before.
  const killed = await killEverywhere(failed.deployRepo.github, 'rollback', await failed.starts.git(), 'writes')

  // Hold, upstream's issue, branch, pull request, label, and the words under two pull requests.
  expectSame(killed, 6)
  for (const title of ['Blocked version: hub', 'failed: fix or revert it', 'Revert to']) {
    expect(killed.end.match(new RegExp(`"title": "[^"]*${title}`, 'g'))).toHaveLength(1)
  }
})

test.concurrent('rollback merges the revert once', slow, async () => {
  await using failed = await startFailedDeploy()
  const { deployRepo } = failed
  const { outputs } = await startAction('rollback', await failed.starts.git())
  const pull = Number(outputs['html-url']?.split('/').at(-1))
  expect((await startAction('infra-change-gate', await failed.starts.gate(pull))).result.decision).toBe('success')

  const killed = await killEverywhere(deployRepo.github, 'rollback', await failed.starts.git(), 'writes')

  expectSame(killed, 1)
  // Upstream's change, the bump, the revert.
  expect(killed.end.match(/"merged": "commit-/g)).toHaveLength(3)
})
