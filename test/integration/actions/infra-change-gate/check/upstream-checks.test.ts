import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Lane, type Stage, startStage } from '../../../../acceptance/code-lane.js'
import { commentsOf } from '../../../../acceptance/gate-records.js'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(() => stage[Symbol.asyncDispose]())

type Options = NonNullable<Parameters<Lane['merge']>[1]>

/** The pull request of a bump to what was merged so upstream. */
async function bumpOf(lane: Lane, how: Options): Promise<{ pull: number; merge: string; number: number }> {
  const { merge, commit, number } = await lane.merge(lane.ada, how)
  lane.publish(how.method === 'squash' ? merge : commit)
  const { outputs } = await lane.bump(merge)
  return { pull: Number(outputs['pull-request-number']), merge, number }
}

const say = (lane: Lane, sha: string, state: 'success' | 'failure' | 'pending', context = 'ci') =>
  lane.client(lane.bob.token).rest.repos.createCommitStatus({ ...lane.upstreamAt, sha, context, state })

test('a bump whose checks run on upstream is red and says so, and green once they are', async () => {
  await using lane = await stage.lane()
  const { pull, merge } = await bumpOf(lane, { ci: 'pending' })

  const waiting = await lane.gate(pull)
  await say(lane, merge, 'success')
  const ended = await lane.gate(pull)

  expect([waiting.result.decision, waiting.result.reason]).toEqual(['failure', 'upstream-checks'])
  expect(waiting.result.message).toContain('have not finished: ci.')
  expect([ended.result.decision, ended.result.reason]).toEqual(['success', 'pure-bump'])
})

test('a bump whose checks failed upstream needs a review, and the comment says which and why', async () => {
  await using lane = await stage.lane()
  const { pull } = await bumpOf(lane, { ci: 'failure' })

  const { result, outputs } = await lane.gate(pull)

  expect([result.decision, result.reason]).toEqual(['failure', 'upstream-checks'])
  expect(outputs.render).toBe('true')
  const [comment] = await commentsOf(lane, pull)
  expect(comment?.body).toContain('are not green: ci.')
  expect(comment?.body).toContain('the approval of two operators')
})

test("where nothing ran on what was squashed, the pull request's own checks count", async () => {
  await using lane = await stage.lane()
  const { pull, number } = await bumpOf(lane, { method: 'squash', ci: 'none' })
  const { data } = await lane.client(lane.ada.token).rest.pulls.get({ ...lane.upstreamAt, pull_number: number })
  const verdicts: string[] = []
  for (const state of ['failure', 'success'] as const) {
    await say(lane, data.head.sha, state)
    verdicts.push((await lane.gate(pull)).result.decision ?? '')
  }

  expect(verdicts).toEqual(['failure', 'success'])
})

test('an upstream without checks is red, and its operators can say that it has none', async () => {
  const about = '    paths: ["chart/**", "src/**"]\n'
  await using asked = await stage.lane()
  await using none = await stage.lane((policy) => policy.replace(about, `${about}    checks: []\n`))

  const red = await asked.gate((await bumpOf(asked, { ci: 'none' })).pull)
  const green = await none.gate((await bumpOf(none, { ci: 'none' })).pull)

  expect(red.result.message).toContain('There are no checks')
  expect([red.result.decision, green.result.decision]).toEqual(['failure', 'success'])
})

test("Lockstep's own word upstream is none of its checks", async () => {
  await using lane = await stage.lane()
  const { pull, merge } = await bumpOf(lane, {})
  await say(lane, merge, 'failure', 'lockstep / queue')

  expect((await lane.gate(pull)).result.decision).toBe('success')
})
