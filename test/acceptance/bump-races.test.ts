import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectOnePull } from '../fixtures/expect-one-pull.js'
import { commitOn, type RepositoryPair, startTestGitHub, type TestGitHub } from '../fixtures/repository-pair.js'

const branch = 'lockstep/bump/hub'

let testGitHub: TestGitHub

beforeAll(async () => {
  testGitHub = await startTestGitHub()
})

afterAll(() => testGitHub[Symbol.asyncDispose]())

/** Two merges with their versions, the older first. */
async function twoMerges(pair: RepositoryPair) {
  const [first, second] = [await pair.merge(pair.ada), await pair.merge(pair.bob)]
  pair.publish(first.commit)
  return { first: first.merge, second: second.merge, version: pair.publish(second.commit) }
}

test('two runs at once for the same merge end in one pull request', async () => {
  await using pair = await testGitHub.repositoryPair()
  const { second, version } = await twoMerges(pair)

  const runs = await Promise.all([pair.bundle.bump(second), pair.bundle.bump(second)])

  expect(runs.map(({ code }) => code)).toEqual([0, 0])
  await expectOnePull(pair, version)
})

// Every place where the older run can be overtaken by the whole of the newer one.
test.each([
  ['before it makes the commit', { method: 'POST', path: '*/git/trees' }],
  ['before it moves the branch', { method: 'POST', path: '*/git/commits' }],
  ['before it opens the pull request', { method: 'POST', path: '*/pulls' }],
  ['before it assigns', { method: 'POST', path: '*/assignees' }],
  ['before it labels', { method: 'POST', path: '*/labels' }],
] as const)('the run of an older merge is overtaken %s: the newer one stays', async (_, match) => {
  await using pair = await testGitHub.repositoryPair()
  const { first, second, version } = await twoMerges(pair)
  let newer: ReturnType<RepositoryPair['bump']> | undefined
  const overtake = async (): Promise<void> => {
    newer = pair.bump(second)
    await newer
  }
  pair.github.faults.next({ kind: 'interrupt', applied: false, match, act: overtake })

  const older = await pair.bump(first)

  expect([older.code, (await newer)?.code]).toEqual([0, 0])
  await expectOnePull(pair, version)
})

test('a person who pushes between look and write is not overwritten', async () => {
  await using pair = await testGitHub.repositoryPair()
  const { first, second } = await twoMerges(pair)
  await pair.bump(first)
  let byHand = ''
  const push = async (): Promise<void> => {
    byHand = await commitOn(pair.client(pair.ada.token), pair.deployAt, branch, { 'values.yaml': 'replicas: 2\n' })
  }
  pair.github.faults.next({
    kind: 'interrupt',
    applied: true,
    match: { method: 'POST', path: `*/${pair.deployAt.repo}/git/commits` },
    act: push,
  })

  const { outputs, result } = await pair.bump(second)

  expect([outputs['pull-request-operation'], result.reason]).toEqual(['refused', 'branch-modified'])
  const { data } = await pair.client(pair.ada.token).rest.git.getRef({ ...pair.deployAt, ref: `heads/${branch}` })
  expect(data.object.sha).toBe(byHand)
})

test.each([
  ['a 502 at every kind of request', { kind: 'status', status: 502, times: 3 }],
  ['a conflict', { kind: 'status', status: 409, match: { method: 'POST', path: '*/git/trees' } }],
  [
    'the secondary limit',
    {
      kind: 'status',
      status: 403,
      headers: { 'retry-after': '1' },
      message: 'You have exceeded a secondary rate limit.',
    },
  ],
  [
    'a pull request that was opened, and then a broken connection',
    { kind: 'unanswered', match: { method: 'POST', path: '*/pulls' } },
  ],
  [
    'a branch that was moved, and then a broken connection',
    { kind: 'unanswered', match: { method: 'POST', path: '/graphql' }, skip: 3 },
  ],
] as const)('%s: the next run, at the latest, has it right', { timeout: 120_000 }, async (_, fault) => {
  await using pair = await testGitHub.repositoryPair()
  const { second, version } = await twoMerges(pair)
  const start = await pair.starts.bump(second)
  pair.github.faults.next(fault)

  const run = await pair.bump(second, start.inputs)
  if (run.code !== 0) {
    expect(run.log).toMatch(/[Rr]un (the|this) job again/)
    await pair.bump(second)
  }

  expect(pair.github.faults.waiting()).toBe(0)
  await expectOnePull(pair, version)
})
