import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Lane, type Stage, startStage } from './code-lane.js'
import { killEverywhere } from './kill-everywhere.js'
import { verifiedLane } from './queue-world.js'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(() => stage[Symbol.asyncDispose]())

const begin = () => verifiedLane(stage)

/** A change of bob's, its deploy pull request, and its version. */
async function propose(lane: Lane): Promise<{ pull: number; version: string }> {
  const { merge, commit } = await lane.merge(lane.bob)
  const version = lane.publish(commit)
  const { outputs } = await lane.bump(merge)
  return { pull: Number(outputs['pull-request-number']), version }
}

const mergeDeploy = (lane: Lane, pull: number) =>
  lane.client(lane.ada.token).rest.pulls.merge({ ...lane.deployAt, pull_number: pull })

const commentsUnder = async (lane: Lane, pull: number): Promise<string[]> => {
  const { data } = await lane.client(lane.ada.token).rest.issues.listComments({ ...lane.deployAt, issue_number: pull })
  return data.map(({ body }) => body?.split('\n')[0] ?? '')
}

test('both sides write the same words: neither ever undoes what the other wrote', async () => {
  const { lane, tools } = await begin()
  await using _ = lane
  await tools.open()
  const { pull, version } = await propose(lane)
  const silent = async (): Promise<void> => {
    await tools.judge('all')
    expect((await tools.fromDeployRepo()).outputs['statuses-written']).toBe('0')
    expect((await tools.judge('all')).outputs['statuses-written']).toBe('0')
  }

  await silent()
  await mergeDeploy(lane, pull)
  await silent()
  await tools.verified(version)
  await silent()
})

test('every event lost but the last one: what is said then is what all of them would have said', async () => {
  const { lane, tools } = await begin()
  await using _ = lane
  const waiting = await tools.open()
  const { pull, version } = await propose(lane)
  await mergeDeploy(lane, pull)
  await tools.verified(version)

  await tools.fromDeployRepo()

  expect(await tools.status(waiting)).toMatch(/^success: Clear/)
  expect(await commentsUnder(lane, pull)).toEqual(['<!-- lockstep:duty end -->'])
})

test('events in the wrong order, and twice: a run for an old one says what is so now', async () => {
  const { lane, tools } = await begin()
  await using _ = lane
  const waiting = await tools.open()
  const { pull, version } = await propose(lane)
  await tools.fromDeployRepo()
  await mergeDeploy(lane, pull)
  await tools.verified(version)
  // The deploy's end comes before the merge, which comes before the proposal.
  for (let count = 0; count < 3; count++) {
    await tools.fromDeployRepo()
    await tools.judge(waiting)
  }

  expect(await tools.status(waiting)).toMatch(/^success: Clear/)
  expect(await commentsUnder(lane, pull)).toEqual(['<!-- lockstep:duty greet-bob -->', '<!-- lockstep:duty end -->'])
})

test('two runs at the same moment: the lane is right, and nothing is said by both but what both began to say', async () => {
  const { lane, tools } = await begin()
  await using _ = lane
  const waiting = await tools.open()
  const { pull } = await propose(lane)

  await Promise.all([tools.fromDeployRepo(), tools.judge('all'), tools.judge(waiting)])
  await tools.fromDeployRepo()

  expect(await tools.status(waiting)).toMatch(/^failure: #\d+ by bob/)
  expect(await commentsUnder(lane, pull)).toEqual(['<!-- lockstep:duty greet-bob -->'])
})

test('a secondary limit stops the run; the next one writes the rest, and nothing twice', async () => {
  const { lane, tools } = await begin()
  await using _ = lane
  for (let count = 0; count < 4; count++) await tools.open()
  const message = 'You have exceeded a secondary rate limit.'
  lane.github.faults.next({
    ...{ kind: 'status', status: 403, message, headers: { 'retry-after': '1' } },
    ...{ match: { method: 'POST', path: '*/statuses/*' }, skip: 2 },
  })

  const first = await tools.judge('all')
  expect([first.code, first.result.reason]).toEqual([1, 'github-unreachable'])
  expect((await tools.judge('all')).outputs['statuses-written']).toBe('2')
})

test('an answer that gets lost makes nobody hear it twice', async () => {
  const { lane, tools } = await begin()
  await using _ = lane
  const { pull } = await propose(lane)
  lane.github.faults.next({ kind: 'unanswered', match: { method: 'POST', path: '*/comments' } })

  expect((await tools.fromDeployRepo()).code).toBe(1)
  expect((await tools.fromDeployRepo()).code).toBe(0)

  expect(await commentsUnder(lane, pull)).toEqual(['<!-- lockstep:duty greet-bob -->'])
})

/** Every kill is half a second or more, and the machine may have others to serve. */
const slow = { timeout: 600_000 }

test('wherever it was killed: greeted once, and every status is right', slow, async () => {
  const { lane, tools } = await begin()
  await using _ = lane
  await tools.open()
  await lane.merge(lane.ada)
  await propose(lane)

  const killed = await killEverywhere(lane.github, 'deploy-queue', await tools.startFromDeployRepo(), 'writes')

  expect(killed.different).toEqual([])
  // The status, two greetings, and two who are told of the excess; who is assigned already, or may not be, is no other world.
  expect(killed.worlds).toBeGreaterThan(5)
})

test('wherever it was killed: the end is told once, here and upstream', slow, async () => {
  const { lane, tools } = await begin()
  await using _ = lane
  const { pull, version } = await propose(lane)
  await mergeDeploy(lane, pull)
  await tools.verified(version)

  const killed = await killEverywhere(lane.github, 'deploy-queue', await tools.startFromDeployRepo(), 'writes')

  expect(killed.different).toEqual([])
  // Upstream the comment and the status, here the end.
  expect(killed.worlds).toBeGreaterThan(3)
})
