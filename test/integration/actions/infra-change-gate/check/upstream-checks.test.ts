import { afterAll, beforeAll, expect, test } from 'vitest'
import { commentsOf } from '../../../../fixtures/gate-records.js'
import { type RepositoryPair, startTestGitHub, type TestGitHub } from '../../../../fixtures/repository-pair.js'

let testGitHub: TestGitHub

beforeAll(async () => {
  testGitHub = await startTestGitHub()
})

afterAll(() => testGitHub[Symbol.asyncDispose]())

type Options = NonNullable<Parameters<RepositoryPair['merge']>[1]>

/** The pull request of a bump to what was merged so upstream. */
async function bumpOf(pair: RepositoryPair, how: Options): Promise<{ pull: number; merge: string; number: number }> {
  const { merge, commit, number } = await pair.merge(pair.ada, how)
  pair.publish(how.method === 'squash' ? merge : commit)
  const { outputs } = await pair.bump(merge)
  return { pull: Number(outputs['pull-request-number']), merge, number }
}

const say = (pair: RepositoryPair, sha: string, state: 'success' | 'failure' | 'pending', context = 'ci') =>
  pair.client(pair.bob.token).rest.repos.createCommitStatus({ ...pair.upstreamAt, sha, context, state })

test('a bump whose checks run on upstream is red and says so, and green once they are', async () => {
  await using pair = await testGitHub.repositoryPair()
  const { pull, merge } = await bumpOf(pair, { ci: 'pending' })

  const waiting = await pair.gate(pull)
  await say(pair, merge, 'success')
  const ended = await pair.gate(pull)

  expect([waiting.result.decision, waiting.result.reason]).toEqual(['failure', 'upstream-checks'])
  expect(waiting.result.message).toContain('have not finished: ci.')
  expect([ended.result.decision, ended.result.reason]).toEqual(['success', 'pure-bump'])
})

test('a bump whose checks failed upstream needs a review, and the comment says which and why', async () => {
  await using pair = await testGitHub.repositoryPair()
  const { pull } = await bumpOf(pair, { ci: 'failure' })

  const { result, outputs } = await pair.gate(pull)

  expect([result.decision, result.reason]).toEqual(['failure', 'upstream-checks'])
  expect(outputs.render).toBe('true')
  const [comment] = await commentsOf(pair, pull)
  expect(comment?.body).toContain('are not green: ci.')
  expect(comment?.body).toContain('the approval of two operators')
})

test("where nothing ran on what was squashed, the pull request's own checks count", async () => {
  await using pair = await testGitHub.repositoryPair()
  const { pull, number } = await bumpOf(pair, { method: 'squash', ci: 'none' })
  const { data } = await pair.client(pair.ada.token).rest.pulls.get({ ...pair.upstreamAt, pull_number: number })
  const verdicts: string[] = []
  for (const state of ['failure', 'success'] as const) {
    await say(pair, data.head.sha, state)
    verdicts.push((await pair.gate(pull)).result.decision ?? '')
  }

  expect(verdicts).toEqual(['failure', 'success'])
})

test('an upstream without checks is red, and its operators can say that it has none', async () => {
  const about = '    paths: ["chart/**", "src/**"]\n'
  await using asked = await testGitHub.repositoryPair()
  await using none = await testGitHub.repositoryPair((policy) => policy.replace(about, `${about}    checks: []\n`))

  const red = await asked.gate((await bumpOf(asked, { ci: 'none' })).pull)
  const green = await none.gate((await bumpOf(none, { ci: 'none' })).pull)

  expect(red.result.message).toContain('There are no checks')
  expect([red.result.decision, green.result.decision]).toEqual(['failure', 'success'])
})

test("Lockstep's own word upstream is none of its checks", async () => {
  await using pair = await testGitHub.repositoryPair()
  const { pull, merge } = await bumpOf(pair, {})
  await say(pair, merge, 'failure', 'lockstep / queue')

  expect((await pair.gate(pull)).result.decision).toBe('success')
})
