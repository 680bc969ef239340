import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { User } from '../../rehearsal/github/types.js'
import { lockWith } from '../../shared/bump/lock.js'
import { type Fork, forkOf } from './a-fork.js'
import { chartPath, type Lane, lockPath, metaChart, policyPath, type Stage, startStage } from './code-lane.js'
import { checksOf, commentsOf, headOf } from './gate-records.js'
import { gateRendered } from './gate-rendered.js'
import { byPullEvent, byReview } from './gate-started.js'
import { laneTools } from './queue-world.js'
import type { Started } from './start-action.js'

let stage: Stage
let lane: Lane
let [olga, eve, mal]: User[] = []
let fork: Fork

beforeAll(async () => {
  stage = await startStage()
  const { github } = await stage.lane()
  ;[olga, eve, mal] = ['olga', 'eve', 'mal'].map((login) => github.createUser(login))
})
afterAll(() => stage[Symbol.asyncDispose]())
beforeEach(async () => {
  lane = await stage.lane((policy) => policy.replace('operators: [ada]', 'operators: [olga]'))
  fork = await forkOf(lane, lane.deployAt, user(eve))
})
afterEach(() => lane[Symbol.asyncDispose]())

function user(one: User | undefined): User {
  if (!one) throw new Error('Nobody')
  return one
}

/** An approval, and the gate that it starts. */
async function approved(by: User | undefined, pull_number: number): Promise<Started> {
  const { rest } = lane.client(user(by).token)
  await rest.pulls.createReview({ ...lane.deployAt, pull_number, event: 'APPROVE' })
  return byReview(lane, pull_number)
}

const saidOn = async (pull: number) =>
  (await checksOf(lane, await headOf(lane, pull))).map(({ name, conclusion, app }) => [name, conclusion, app?.id])

const workflow = { '.github/workflows/tests.yml': 'on: push\n' }

test("the gate reports on a fork's pull request: the check is on its head, the comment under it", async () => {
  const pull = await fork.propose('change', workflow)

  const { result } = await byPullEvent(lane)

  expect([result.decision, result.reason, result.commit]).toEqual([
    'failure',
    'not-a-pure-bump',
    await headOf(lane, pull),
  ])
  expect(await saidOn(pull)).toEqual([['lockstep / gate', 'failure', 11]])
  expect((await commentsOf(lane, pull))[0]?.body).toContain('What to do next')
  // Nothing is said in the fork, where the App is not.
  const { data } = await lane.client(user(eve).token).rest.checks.listForRef({ ...fork.at, ref: 'change' })
  expect(data.check_runs).toEqual([])
})

test("an operator's review of it counts, a stranger's does not, and what is pushed in the fork afterwards voids it", async () => {
  const pull = await fork.propose('change', workflow)

  expect((await approved(mal, pull)).result.decision).toBe('failure')
  expect((await approved(olga, pull)).result.reason).toBe('reviewed')
  expect(await saidOn(pull)).toEqual([['lockstep / gate', 'success', 11]])

  await fork.commit('change', { '.github/workflows/tests.yml': 'on: pull_request_target\n' })
  expect(await saidOn(pull)).toEqual([])
  expect((await byPullEvent(lane)).result.decision).toBe('failure')
  expect((await commentsOf(lane, pull))[0]?.body).toContain('approved an earlier state: olga')
})

test('branches of one name in two forks and here are three pull requests, whatever their titles say', async () => {
  const other = await forkOf(lane, lane.deployAt, user(mal))
  const here = await lane.propose('change', { 'docs/a.md': 'a\n' })
  const theirs = await fork.propose('change', workflow, `stage #${here}`)
  const others = await other.propose('change', { ...workflow, 'docs/b.md': 'b\n' }, `stage #${here}`)

  for (const pull of [theirs, others]) {
    const { result } = await approved(olga, pull)
    expect([result.reason, result.commit]).toEqual(['reviewed', await headOf(lane, pull)])
  }
  expect(await saidOn(here)).toEqual([])
})

test('a policy of the fork decides nothing, and its author is not asked for the second time', async () => {
  const mild = ((await lane.deployed(policyPath)) ?? '').replace('[olga]', '[eve, mal]')
  const pull = await fork.propose('mild', { ...workflow, [policyPath]: mild })

  expect((await approved(mal, pull)).result.decision).toBe('failure')
  expect((await approved(olga, pull)).result.decision).toBe('failure')
  expect((await commentsOf(lane, pull))[0]?.body).toContain('- [ ] the approval of two operators')
})

test("a bump that a stranger's fork brings is what it is; one from the bump's own branch name is not taken for the App's", async () => {
  const { merge, commit } = await lane.merge(lane.ada)
  const version = lane.publish(commit)
  const entry = { component: 'hub', version, sha256: await lane.sha256Of(version) }
  const pull = await fork.propose('lockstep/bump/hub', {
    [chartPath]: metaChart(version, lane.charts.url),
    [lockPath]: lockWith(await lane.deployed(lockPath), entry),
  })
  expect((await byPullEvent(lane)).result.reason).toBe('pure-bump')

  const bump = await lane.bump(merge)
  expect([bump.result.decision, Number(bump.outputs['pull-request-number'])]).toEqual(['created', expect.any(Number)])
  expect(Number(bump.outputs['pull-request-number'])).not.toBe(pull)
  // Nobody moves what is in the fork.
  expect(await saidOn(pull)).toEqual([['lockstep / gate', 'success', 11]])
})

test('what comes out of a fork is judged like any other: as data, with what the job without keys handed on', async () => {
  const pull = await fork.propose('more', { 'config/primary.yaml': 'web: { replicas: 2 }\n' })

  const { result } = await gateRendered(lane, pull)

  expect(result.decision).toBe('failure')
  expect((await commentsOf(lane, pull))[0]?.body).toContain('- [x] the rendered diff of every cluster')
})

test('upstream, a pull request of a fork is told by the lane whether it may be merged now, from both sides', async () => {
  const tools = laneTools(lane)
  await tools.verified(lane.firstVersion)
  const upstream = await forkOf(lane, lane.upstreamAt, user(eve))
  const pull = await upstream.propose('main', { 'src/new.txt': 'new\n' })

  await tools.judge(pull)
  expect(await tools.status(pull)).toMatch(/^success: Clear/)
  const { merge, commit } = await lane.merge(lane.bob)
  lane.publish(commit)
  await lane.bump(merge)
  await tools.judge('all')
  expect(await tools.status(pull)).toMatch(/^failure: #\d+ by bob/)

  await upstream.commit('main', { 'src/new.txt': 'newer\n' })
  expect(await tools.status(pull)).toBeUndefined()
  await tools.fromDeployRepo()
  expect(await tools.status(pull)).toMatch(/^failure: #\d+ by bob/)
})
