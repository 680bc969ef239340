import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commitChecks } from '../../../../shared/github/checks.js'
import { type RepositoryPair, startTestGitHub, type TestGitHub } from '../../../fixtures/repository-pair.js'

let testGitHub: TestGitHub
let pair: RepositoryPair

beforeAll(async () => {
  testGitHub = await startTestGitHub()
})
afterAll(() => testGitHub[Symbol.asyncDispose]())

/** A workflow's run on a commit upstream, with one job. */
function run(workflow: string, event: string, sha: string, job: string, conclusion: string | null): void {
  const { id } = pair.github.startRun({
    ...{ repo: pair.upstreamRepo, workflow: `.github/workflows/${workflow}`, name: workflow, event },
    ...{ headBranch: 'main', headSha: sha, actor: 'ada' },
  })
  const status = conclusion === null ? 'in_progress' : 'completed'
  pair.github.updateRun(id, { status, conclusion, jobs: [{ name: job, status, conclusion }] })
}

test("what counts is what is about the commit, and not what runs beside it or is Lockstep's", async () => {
  pair = await testGitHub.repositoryPair()
  await using _ = pair
  const { merge: sha } = await pair.merge(pair.ada, { ci: 'failure' })
  const ada = pair.client(pair.ada.token)
  const say = (context: string, state: 'success' | 'pending') =>
    ada.rest.repos.createCommitStatus({ ...pair.upstreamAt, sha, context, state })
  await say('ci', 'success')
  await say('docs', 'pending')
  await say('lockstep / queue', 'pending')
  run('test.yml', 'push', sha, 'test', 'success')
  run('test.yml', 'push', sha, 'windows', 'skipped')
  run('slow.yml', 'push', sha, 'slow', null)
  run('old.yml', 'push', sha, 'old', 'cancelled')
  run('nightly.yml', 'schedule', sha, 'nightly', 'failure')
  run('open-bump-pr.yml', 'workflow_run', sha, 'open-bump-pr', null)
  run('lane.yml', 'push', sha, 'lane', null)

  const found = await commitChecks(pair.client(pair.bob.token), pair.upstreamRepo, sha)

  expect(Object.fromEntries(found.map(({ name, state }) => [name, state]))).toEqual({
    ...{ ci: 'green', docs: 'pending', test: 'green', windows: 'green', slow: 'pending', old: 'failed' },
  })
})

test("Lockstep's own workflows upstream are known by their names", async () => {
  pair = await testGitHub.repositoryPair()
  await using _ = pair
  const { merge: sha } = await pair.merge(pair.ada, { ci: 'none' })
  for (const file of await readdir('workflows-examples/upstream-repo/.github/workflows')) {
    run(file, 'push', sha, file, 'failure')
  }

  expect(await commitChecks(pair.client(pair.bob.token), pair.upstreamRepo, sha)).toEqual([])
})
