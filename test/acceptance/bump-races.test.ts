import { afterAll, beforeAll, expect, test } from 'vitest'
import { commitOn, type Lane, type Stage, startStage } from './code-lane.js'
import { expectOnePull } from './one-pull.js'

const branch = 'lockstep/bump/hub'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(() => stage[Symbol.asyncDispose]())

/** Two merges with their versions, the older first. */
async function twoMerges(lane: Lane) {
  const [first, second] = [await lane.merge(lane.ada), await lane.merge(lane.bob)]
  lane.publish(first.commit)
  return { first: first.merge, second: second.merge, version: lane.publish(second.commit) }
}

test('two runs at once for the same merge end in one pull request', async () => {
  await using lane = await stage.lane()
  const { second, version } = await twoMerges(lane)

  const runs = await Promise.all([lane.bundle.bump(second), lane.bundle.bump(second)])

  expect(runs.map(({ code }) => code)).toEqual([0, 0])
  await expectOnePull(lane, version)
})

// Every place where the older run can be overtaken by the whole of the newer one.
test.each([
  ['before it makes the commit', { method: 'POST', path: '*/git/trees' }],
  ['before it moves the branch', { method: 'POST', path: '*/git/commits' }],
  ['before it opens the pull request', { method: 'POST', path: '*/pulls' }],
  ['before it assigns', { method: 'POST', path: '*/assignees' }],
  ['before it labels', { method: 'POST', path: '*/labels' }],
] as const)('the run of an older merge is overtaken %s: the newer one stays', async (_, match) => {
  await using lane = await stage.lane()
  const { first, second, version } = await twoMerges(lane)
  let newer: ReturnType<Lane['bump']> | undefined
  const overtake = async (): Promise<void> => {
    newer = lane.bump(second)
    await newer
  }
  lane.github.faults.next({ kind: 'interrupt', applied: false, match, act: overtake })

  const older = await lane.bump(first)

  expect([older.code, (await newer)?.code]).toEqual([0, 0])
  await expectOnePull(lane, version)
})

test('a person who pushes between look and write is not overwritten', async () => {
  await using lane = await stage.lane()
  const { first, second } = await twoMerges(lane)
  await lane.bump(first)
  let byHand = ''
  const push = async (): Promise<void> => {
    byHand = await commitOn(lane.client(lane.ada.token), lane.deployAt, branch, { 'values.yaml': 'replicas: 2\n' })
  }
  lane.github.faults.next({
    kind: 'interrupt',
    applied: true,
    match: { method: 'POST', path: `*/${lane.deployAt.repo}/git/commits` },
    act: push,
  })

  const { outputs, result } = await lane.bump(second)

  expect([outputs['pull-request-operation'], result.reason]).toEqual(['refused', 'branch-modified'])
  const { data } = await lane.client(lane.ada.token).rest.git.getRef({ ...lane.deployAt, ref: `heads/${branch}` })
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
  await using lane = await stage.lane()
  const { second, version } = await twoMerges(lane)
  const start = await lane.starts.bump(second)
  lane.github.faults.next(fault)

  const run = await lane.bump(second, start.inputs)
  if (run.code !== 0) {
    expect(run.log).toMatch(/[Rr]un (the|this) job again/)
    await lane.bump(second)
  }

  expect(lane.github.faults.waiting()).toBe(0)
  await expectOnePull(lane, version)
})
