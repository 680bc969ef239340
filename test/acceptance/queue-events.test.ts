import { afterAll, beforeAll, expect, test } from 'vitest'
import { killEverywhere } from '../fixtures/kill-at-requests.js'
import { verifiedPair } from '../fixtures/queue-tools.js'
import { type RepositoryPair, startTestGitHub, type TestGitHub } from '../fixtures/repository-pair.js'

let testGitHub: TestGitHub

beforeAll(async () => {
  testGitHub = await startTestGitHub()
})

afterAll(() => testGitHub[Symbol.asyncDispose]())

const begin = () => verifiedPair(testGitHub)

/** A change of bob's, its deploy pull request, and its version. */
async function propose(pair: RepositoryPair): Promise<{ pull: number; version: string }> {
  const { merge, commit } = await pair.merge(pair.bob)
  const version = pair.publish(commit)
  const { outputs } = await pair.bump(merge)
  return { pull: Number(outputs['pull-request-number']), version }
}

const mergeDeploy = (pair: RepositoryPair, pull: number) =>
  pair.client(pair.ada.token).rest.pulls.merge({ ...pair.deployAt, pull_number: pull })

const commentsUnder = async (pair: RepositoryPair, pull: number): Promise<string[]> => {
  const { data } = await pair.client(pair.ada.token).rest.issues.listComments({ ...pair.deployAt, issue_number: pull })
  return data.map(({ body }) => body?.split('\n')[0] ?? '')
}

test('both sides write the same words: neither ever undoes what the other wrote', async () => {
  const { pair, tools } = await begin()
  await using _ = pair
  await tools.open()
  const { pull, version } = await propose(pair)
  const silent = async (): Promise<void> => {
    await tools.judge('all')
    expect((await tools.fromDeployRepo()).outputs['statuses-written']).toBe('0')
    expect((await tools.judge('all')).outputs['statuses-written']).toBe('0')
  }

  await silent()
  await mergeDeploy(pair, pull)
  await silent()
  await tools.verified(version)
  await silent()
})

test('every event lost but the last one: what is said then is what all of them would have said', async () => {
  const { pair, tools } = await begin()
  await using _ = pair
  const waiting = await tools.open()
  const { pull, version } = await propose(pair)
  await mergeDeploy(pair, pull)
  await tools.verified(version)

  await tools.fromDeployRepo()

  expect(await tools.status(waiting)).toMatch(/^success: Clear/)
  expect(await commentsUnder(pair, pull)).toEqual(['<!-- lockstep:duty end -->'])
})

test('events in the wrong order, and twice: a run for an old one says what is so now', async () => {
  const { pair, tools } = await begin()
  await using _ = pair
  const waiting = await tools.open()
  const { pull, version } = await propose(pair)
  await tools.fromDeployRepo()
  await mergeDeploy(pair, pull)
  await tools.verified(version)
  // The deploy's end comes before the merge, which comes before the proposal.
  for (let count = 0; count < 3; count++) {
    await tools.fromDeployRepo()
    await tools.judge(waiting)
  }

  expect(await tools.status(waiting)).toMatch(/^success: Clear/)
  expect(await commentsUnder(pair, pull)).toEqual(['<!-- lockstep:duty greet-bob -->', '<!-- lockstep:duty end -->'])
})

test('two runs at the same moment: the lane is right, and nothing is said by both but what both began to say', async () => {
  const { pair, tools } = await begin()
  await using _ = pair
  const waiting = await tools.open()
  const { pull } = await propose(pair)

  await Promise.all([tools.fromDeployRepo(), tools.judge('all'), tools.judge(waiting)])
  await tools.fromDeployRepo()

  expect(await tools.status(waiting)).toMatch(/^failure: #\d+ by bob/)
  expect(await commentsUnder(pair, pull)).toEqual(['<!-- lockstep:duty greet-bob -->'])
})

test('a secondary limit stops the run; the next one writes the rest, and nothing twice', async () => {
  const { pair, tools } = await begin()
  await using _ = pair
  for (let count = 0; count < 4; count++) await tools.open()
  const message = 'You have exceeded a secondary rate limit.'
  pair.github.faults.next({
    ...{ kind: 'status', status: 403, message, headers: { 'retry-after': '1' } },
    ...{ match: { method: 'POST', path: '*/statuses/*' }, skip: 2 },
  })

  const first = await tools.judge('all')
  expect([first.code, first.result.reason]).toEqual([1, 'github-unreachable'])
  expect((await tools.judge('all')).outputs['statuses-written']).toBe('2')
})

test('an answer that gets lost makes nobody hear it twice', async () => {
  const { pair, tools } = await begin()
  await using _ = pair
  const { pull } = await propose(pair)
  pair.github.faults.next({ kind: 'unanswered', match: { method: 'POST', path: '*/comments' } })

  expect((await tools.fromDeployRepo()).code).toBe(1)
  expect((await tools.fromDeployRepo()).code).toBe(0)

  expect(await commentsUnder(pair, pull)).toEqual(['<!-- lockstep:duty greet-bob -->'])
})

/** Every kill is half a second or more, and the machine may have others to serve. */
const slow = { timeout: 600_000 }

test('wherever it was killed: greeted once, and every status is right', slow, async () => {
  const { pair, tools } = await begin()
  await using _ = pair
  await tools.open()
  await pair.merge(pair.ada)
  await propose(pair)

  const killed = await killEverywhere(pair.github, 'deploy-queue', await tools.startFromDeployRepo(), 'writes')

  expect(killed.different).toEqual([])
  // The status, two greetings, and two who are told of the excess; who is assigned already, or may not be, is no other state.
  expect(killed.states).toBeGreaterThan(5)
})

test('wherever it was killed: the end is told once, here and upstream', slow, async () => {
  const { pair, tools } = await begin()
  await using _ = pair
  const { pull, version } = await propose(pair)
  await mergeDeploy(pair, pull)
  await tools.verified(version)

  const killed = await killEverywhere(pair.github, 'deploy-queue', await tools.startFromDeployRepo(), 'writes')

  expect(killed.different).toEqual([])
  // Upstream the comment and the status, here the end.
  expect(killed.states).toBeGreaterThan(3)
})
