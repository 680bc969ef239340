import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { User } from '../../rehearsal/github/types.js'
import { lockWith } from '../../shared/bump/lock.js'
import { type Fork, forkOf } from '../fixtures/fork.js'
import { byPullEvent, byReview } from '../fixtures/gate-events.js'
import { checksOf, commentsOf, headOf } from '../fixtures/gate-records.js'
import { gateRendered } from '../fixtures/gate-runs.js'
import { queueTools } from '../fixtures/queue-tools.js'
import {
  chartPath,
  lockPath,
  metaChart,
  policyPath,
  type RepositoryPair,
  startTestGitHub,
  type TestGitHub,
} from '../fixtures/repository-pair.js'
import type { Started } from '../fixtures/start-action.js'

let testGitHub: TestGitHub
let pair: RepositoryPair
let [olga, eve, mal]: User[] = []
let fork: Fork

beforeAll(async () => {
  testGitHub = await startTestGitHub()
  const { github } = await testGitHub.repositoryPair()
  ;[olga, eve, mal] = ['olga', 'eve', 'mal'].map((login) => github.createUser(login))
})
afterAll(() => testGitHub[Symbol.asyncDispose]())
beforeEach(async () => {
  pair = await testGitHub.repositoryPair((policy) => policy.replace('operators: [ada]', 'operators: [olga]'))
  fork = await forkOf(pair, pair.deployAt, user(eve))
})
afterEach(() => pair[Symbol.asyncDispose]())

function user(one: User | undefined): User {
  if (!one) throw new Error('Nobody')
  return one
}

/** An approval, and the gate that it starts. */
async function approved(by: User | undefined, pull_number: number): Promise<Started> {
  const { rest } = pair.client(user(by).token)
  await rest.pulls.createReview({ ...pair.deployAt, pull_number, event: 'APPROVE' })
  return byReview(pair, pull_number)
}

const saidOn = async (pull: number) =>
  (await checksOf(pair, await headOf(pair, pull))).map(({ name, conclusion, app }) => [name, conclusion, app?.id])

const workflow = { '.github/workflows/tests.yml': 'on: push\n' }

test("the gate reports on a fork's pull request: the check is on its head, the comment under it", async () => {
  const pull = await fork.propose('change', workflow)

  const { result } = await byPullEvent(pair)

  expect([result.decision, result.reason, result.commit]).toEqual([
    'failure',
    'not-a-pure-bump',
    await headOf(pair, pull),
  ])
  expect(await saidOn(pull)).toEqual([['lockstep / gate', 'failure', 11]])
  expect((await commentsOf(pair, pull))[0]?.body).toContain('What to do next')
  // Nothing is said in the fork, where the App is not.
  const { data } = await pair.client(user(eve).token).rest.checks.listForRef({ ...fork.at, ref: 'change' })
  expect(data.check_runs).toEqual([])
})

test("an operator's review of it counts, a stranger's does not, and what is pushed in the fork afterwards voids it", async () => {
  const pull = await fork.propose('change', workflow)

  expect((await approved(mal, pull)).result.decision).toBe('failure')
  expect((await approved(olga, pull)).result.reason).toBe('reviewed')
  expect(await saidOn(pull)).toEqual([['lockstep / gate', 'success', 11]])

  await fork.commit('change', { '.github/workflows/tests.yml': 'on: pull_request_target\n' })
  expect(await saidOn(pull)).toEqual([])
  expect((await byPullEvent(pair)).result.decision).toBe('failure')
  expect((await commentsOf(pair, pull))[0]?.body).toContain('approved an earlier state: olga')
})

test('branches of one name in two forks and here are three pull requests, whatever their titles say', async () => {
  const other = await forkOf(pair, pair.deployAt, user(mal))
  const here = await pair.propose('change', { 'docs/a.md': 'a\n' })
  const theirs = await fork.propose('change', workflow, `stage #${here}`)
  const others = await other.propose('change', { ...workflow, 'docs/b.md': 'b\n' }, `stage #${here}`)

  for (const pull of [theirs, others]) {
    const { result } = await approved(olga, pull)
    expect([result.reason, result.commit]).toEqual(['reviewed', await headOf(pair, pull)])
  }
  expect(await saidOn(here)).toEqual([])
})

test('a policy of the fork decides nothing, and its author is not asked for the second time', async () => {
  const mild = ((await pair.deployed(policyPath)) ?? '').replace('[olga]', '[eve, mal]')
  const pull = await fork.propose('mild', { ...workflow, [policyPath]: mild })

  expect((await approved(mal, pull)).result.decision).toBe('failure')
  expect((await approved(olga, pull)).result.decision).toBe('failure')
  expect((await commentsOf(pair, pull))[0]?.body).toContain('- [ ] the approval of two operators')
})

test("a bump that a stranger's fork brings is what it is; one from the bump's own branch name is not taken for the App's", async () => {
  const { merge, commit } = await pair.merge(pair.ada)
  const version = pair.publish(commit)
  const entry = { component: 'hub', version, sha256: await pair.sha256Of(version) }
  const pull = await fork.propose('lockstep/bump/hub', {
    [chartPath]: metaChart(version, pair.charts.url),
    [lockPath]: lockWith(await pair.deployed(lockPath), entry),
  })
  expect((await byPullEvent(pair)).result.reason).toBe('pure-bump')

  const bump = await pair.bump(merge)
  expect([bump.result.decision, Number(bump.outputs['pull-request-number'])]).toEqual(['created', expect.any(Number)])
  expect(Number(bump.outputs['pull-request-number'])).not.toBe(pull)
  // Nobody moves what is in the fork.
  expect(await saidOn(pull)).toEqual([['lockstep / gate', 'success', 11]])
})

test('what comes out of a fork is judged like any other: as data, with what the job without keys handed on', async () => {
  const pull = await fork.propose('more', { 'config/primary.yaml': 'web: { replicas: 2 }\n' })

  const { result } = await gateRendered(pair, pull)

  expect(result.decision).toBe('failure')
  expect((await commentsOf(pair, pull))[0]?.body).toContain('- [x] the rendered diff of every cluster')
})

test('upstream, a pull request of a fork is told by the lane whether it may be merged now, from both sides', async () => {
  const tools = queueTools(pair)
  await tools.verified(pair.firstVersion)
  const upstream = await forkOf(pair, pair.upstreamAt, user(eve))
  const pull = await upstream.propose('main', { 'src/new.txt': 'new\n' })

  await tools.judge(pull)
  expect(await tools.status(pull)).toMatch(/^success: Clear/)
  const { merge, commit } = await pair.merge(pair.bob)
  pair.publish(commit)
  await pair.bump(merge)
  await tools.judge('all')
  expect(await tools.status(pull)).toMatch(/^failure: #\d+ by bob/)

  await upstream.commit('main', { 'src/new.txt': 'newer\n' })
  expect(await tools.status(pull)).toBeUndefined()
  await tools.fromDeployRepo()
  expect(await tools.status(pull)).toMatch(/^failure: #\d+ by bob/)
})
