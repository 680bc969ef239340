import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commitChecks } from '../../../../shared/github/checks.js'
import { type Lane, type Stage, startStage } from '../../../acceptance/code-lane.js'

let stage: Stage
let lane: Lane

beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage[Symbol.asyncDispose]())

/** A workflow's run on a commit upstream, with one job. */
function run(workflow: string, event: string, sha: string, job: string, conclusion: string | null): void {
  const { id } = lane.github.startRun({
    ...{ repo: lane.upstreamRepo, workflow: `.github/workflows/${workflow}`, name: workflow, event },
    ...{ headBranch: 'main', headSha: sha, actor: 'ada' },
  })
  const status = conclusion === null ? 'in_progress' : 'completed'
  lane.github.updateRun(id, { status, conclusion, jobs: [{ name: job, status, conclusion }] })
}

test("what counts is what is about the commit, and not what runs beside it or is Lockstep's", async () => {
  lane = await stage.lane()
  await using _ = lane
  const { merge: sha } = await lane.merge(lane.ada, { ci: 'failure' })
  const ada = lane.client(lane.ada.token)
  const say = (context: string, state: 'success' | 'pending') =>
    ada.rest.repos.createCommitStatus({ ...lane.upstreamAt, sha, context, state })
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

  const found = await commitChecks(lane.client(lane.bob.token), lane.upstreamRepo, sha)

  expect(Object.fromEntries(found.map(({ name, state }) => [name, state]))).toEqual({
    ...{ ci: 'green', docs: 'pending', test: 'green', windows: 'green', slow: 'pending', old: 'failed' },
  })
})

test("Lockstep's own workflows upstream are known by their names", async () => {
  lane = await stage.lane()
  await using _ = lane
  const { merge: sha } = await lane.merge(lane.ada, { ci: 'none' })
  for (const file of await readdir('workflows-examples/upstream-repo/.github/workflows')) {
    run(file, 'push', sha, file, 'failure')
  }

  expect(await commitChecks(lane.client(lane.bob.token), lane.upstreamRepo, sha)).toEqual([])
})
