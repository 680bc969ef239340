import { afterAll, beforeAll, expect, test } from 'vitest'
import { definition } from '../../actions/infra-change-gate/io.js'
import { infraChangeGate } from '../../actions/infra-change-gate/run.js'
import type { Permissions } from '../../rehearsal/github/types.js'
import { policyDigestAt } from '../../shared/policy/on-branch.js'
import { parseExternalId } from '../../shared/records/gate-check.js'
import { forkOf } from './a-fork.js'
import { commitOn, type Lane, policyPath, type Stage, startStage } from './code-lane.js'
import { approve, asking, comment, day, later, proposeIngress, say, stageBy } from './commands-world.js'
import { checksOf, headOf } from './gate-records.js'
import { gateHere, gateRendered } from './gate-rendered.js'
import { oneLess } from './one-less.js'
import { runHere } from './run-here.js'
import { type Start, startAction } from './start-action.js'

// What look-again.yml gives it where no bump waits and operators are named by their logins, and not one more.
const job: Permissions = { actions: 'write' }
const app: Permissions = {
  ...{ checks: 'read', contents: 'read', deployments: 'read' },
  ...{ issues: 'read', pull_requests: 'read' },
}

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage[Symbol.asyncDispose]())

async function setUp(): Promise<Lane> {
  const lane = await stage.lane()
  const files = {
    '.github/workflows/gate.yml': 'on: workflow_dispatch\n',
    'config/primary.yaml': 'web: { replicas: 1 }\n',
  }
  await commitOn(lane.client(lane.ada.token), lane.deployAt, 'main', files)
  return lane
}

async function startOf(lane: Lane, { jobMay = job, appMay = app } = {}): Promise<Start> {
  const token = await lane.token('gate', appMay)
  const starter = lane.github.mintJobToken(lane.deployRepo, jobMay, 1)
  return lane.starts.gate(0, { mode: 'reconcile', token, 'actions-token': starter, 'pull-request': '' })
}

/** The pull requests that were sent to gate.yml since. */
async function sent(lane: Lane, run: () => Promise<unknown>): Promise<unknown[]> {
  const before = lane.github.events.length
  await run()
  const events = lane.github.events.slice(before).filter(({ name }) => name === 'workflow_dispatch')
  return events.map(({ payload }) => payload)
}

const again = (lane: Lane, now = later(0)) =>
  sent(lane, async () => runHere(definition, infraChangeGate, await startOf(lane), now))

const of = (pull: number) =>
  expect.objectContaining({ inputs: { 'pull-request': String(pull) }, ref: 'refs/heads/main' })

test('what was green by a fact that ends is judged again when it has ended, and is red then', async () => {
  await using lane = await setUp()
  const pull = await lane.propose('routine', { 'config/primary.yaml': 'web: { replicas: 2 }\n' }, { by: lane.ada })
  await lane.propose('docs', { 'docs/a.md': 'a\n' })
  await gateRendered(lane, pull)
  const { login, token } = lane.github.createUser('olga')
  const policy = ((await lane.deployed('.github/deploy-policy.yml')) ?? '').replace('[ada]', `[ada, ${login}]`)
  await commitOn(lane.client(lane.ada.token), lane.deployAt, 'main', { '.github/deploy-policy.yml': policy })
  const olga = { login, id: 0, token }
  await approve(lane, pull, olga)
  expect((await say(lane, olga, pull, '/dry-run', asking)).said).toBe('success reviewed')

  expect(await again(lane)).toEqual([])
  const week = later(8 * day)
  expect(await again(lane, week)).toEqual([of(pull)])

  expect((await gateRendered(lane, pull, { now: week })).result.decision).toBe('failure')
  expect(await comment(lane, pull)).toContain('- [ ] a successful API dry\\-run')
  expect(await again(lane, week)).toEqual([])
})

test('what is green by the policy of before is judged again by the one that main has now, at once', async () => {
  await using lane = await setUp()
  const { login, token } = lane.github.createUser('olga')
  const olga = { login, id: 0, token }
  const mild = ((await lane.deployed(policyPath)) ?? '').replace('[ada]', `[ada, ${login}]`)
  await commitOn(lane.client(lane.ada.token), lane.deployAt, 'main', { [policyPath]: mild })
  const pull = await lane.propose('routine', { 'config/primary.yaml': 'web: { replicas: 2 }\n' }, { by: lane.ada })
  await gateRendered(lane, pull)
  await approve(lane, pull, olga)
  expect((await say(lane, olga, pull, '/dry-run', asking)).said).toBe('success reviewed')
  const judgedBy = async () => {
    const checks = await checksOf(lane, await headOf(lane, pull))
    return parseExternalId(checks[0]?.external_id)?.policy
  }
  const policyNow = () => policyDigestAt(lane.client(lane.ada.token), lane.deployRepo, 'main')
  expect(await judgedBy()).toBe(await policyNow())
  expect(await again(lane)).toEqual([])

  const stricter = `${mild}change-classes:\n  capacity: { values: [web.replicas], tier: T3 }\n`
  await commitOn(lane.client(lane.ada.token), lane.deployAt, 'main', { [policyPath]: stricter })
  expect(await judgedBy()).not.toBe(await policyNow())
  expect(await again(lane)).toEqual([of(pull)])

  expect((await gateRendered(lane, pull)).result.decision).toBe('failure')
  expect(await judgedBy()).toBe(await policyNow())
  expect(await comment(lane, pull)).toContain('- [ ] an operator on stand\\-by')
  expect(await again(lane)).toEqual([])
})

test('a bump that waits for upstream’s checks is judged again, ever less often', async () => {
  await using lane = await setUp()
  const { merge, commit } = await lane.merge(lane.ada, { ci: 'pending' })
  lane.publish(commit)
  const pull = Number((await lane.bump(merge)).outputs['pull-request-number'])
  const hours = (count: number) => later((count / 24) * day)
  await gateHere(lane, pull)
  expect(await again(lane, hours(1))).toEqual([of(pull)])

  await gateHere(lane, pull, { now: hours(4) })
  expect(await again(lane, hours(4.9))).toEqual([])
  expect(await again(lane, hours(5.1))).toEqual([of(pull)])

  const status = { ...lane.upstreamAt, sha: merge, context: 'ci', state: 'success' as const }
  await lane.client(lane.ada.token).rest.repos.createCommitStatus(status)
  expect((await gateHere(lane, pull)).result.decision).toBe('success')
  expect(await again(lane, hours(48))).toEqual([])
})

test('one whose event was lost is judged after all; another App’s check of that name is none', async () => {
  await using lane = await setUp()
  const pull = await lane.propose('docs', { 'docs/a.md': 'a\n' })
  const { data } = await lane.client(lane.ada.token).rest.pulls.get({ ...lane.deployAt, pull_number: pull })
  await lane.client(await lane.token('gate')).rest.checks.create({
    ...{ ...lane.deployAt, name: 'lockstep / gate', head_sha: data.head.sha, conclusion: 'success' },
    external_id: 'something else',
  })

  expect(await again(lane)).toEqual([])
  expect(await again(lane, later(11 * 60_000))).toEqual([of(pull)])
})

test('one whose head another pull request into another branch has as well is judged again, and then no more', async () => {
  await using lane = await setUp()
  const pull = await lane.propose('docs', { 'docs/a.md': 'a\n' })
  const { rest } = lane.client(lane.ada.token)
  const { head, base } = (await rest.pulls.get({ ...lane.deployAt, pull_number: pull })).data
  expect((await gateHere(lane, pull)).result.decision).toBe('success')
  await rest.git.createRef({ ...lane.deployAt, ref: 'refs/heads/release', sha: base.sha })
  const { data: other } = await rest.pulls.create({ ...lane.deployAt, title: 'x', head: head.ref, base: 'release' })
  expect((await gateHere(lane, other.number)).result.decision).toBe('failure')

  expect(await again(lane)).toEqual([of(pull)])
  expect((await gateHere(lane, pull)).result.decision).toBe('success')
  expect(await again(lane)).toEqual([])
})

test.each([false, true])(
  "a review of a stranger's fork is found although its run waits for an approval (told as completed: %s), and its dismissal",
  async (heldRunsComplete) => {
    await using lane = await setUp()
    const { login, token } = lane.github.createUser(`olga-${heldRunsComplete}`)
    lane.github.repository(lane.deployRepo).heldRunsComplete = heldRunsComplete
    const policy = ((await lane.deployed(policyPath)) ?? '').replace('[ada]', `[ada, ${login}]`)
    await commitOn(lane.client(lane.ada.token), lane.deployAt, 'main', { [policyPath]: policy })
    const eve = lane.github.createUser(`eve-${heldRunsComplete}`)
    const fork = await forkOf(lane, lane.deployAt, eve)
    const pull = await fork.propose('tests', { '.github/workflows/tests.yml': 'on: push\n' })
    expect((await gateHere(lane, pull)).result.decision).toBe('failure')
    expect(await again(lane)).toEqual([])
    const { rest } = lane.client(token)
    const about = { ...lane.deployAt, pull_number: pull }

    const { data: review } = await rest.pulls.createReview({ ...about, event: 'APPROVE' })
    const event = lane.github.events.findLast(({ name }) => name === 'pull_request_review')
    expect(event?.needsApproval).toBe(true)
    expect(await again(lane)).toEqual([of(pull)])
    expect((await gateHere(lane, pull)).result).toMatchObject({ decision: 'success', reason: 'reviewed' })
    expect(await again(lane)).toEqual([])

    await rest.pulls.createReview({ ...about, event: 'COMMENT', body: 'Nice' })
    expect(await again(lane)).toEqual([])
    await lane.client(lane.ada.token).rest.pulls.dismissReview({ ...about, review_id: review.id, message: 'No' })
    expect(await again(lane)).toEqual([of(pull)])
    expect((await gateHere(lane, pull)).result.decision).toBe('failure')
    expect(await again(lane)).toEqual([])
  },
)

test('a rehearsal on staging is found although nobody heard of its end', async () => {
  await using lane = await setUp()
  const { login, token } = lane.github.createUser('omar')
  const omar = { login, id: 0, token }
  const policy = ((await lane.deployed(policyPath)) ?? '').replace('[ada]', `[ada, ${login}]`)
  await commitOn(lane.client(lane.ada.token), lane.deployAt, 'main', { [policyPath]: policy })
  const pull = await proposeIngress(lane, '4.10.0', '4.11.0')
  expect(await again(lane)).toEqual([])
  await stageBy(lane, omar, pull)
  expect(await again(lane)).toEqual([of(pull)])
  await gateRendered(lane, pull)
  expect(await again(lane)).toEqual([])
})

test('the bundle does it with what look-again.yml gives it', async () => {
  await using lane = await setUp()
  const { merge, commit } = await lane.merge(lane.ada, { ci: 'pending' })
  lane.publish(commit)
  const pull = Number((await lane.bump(merge)).outputs['pull-request-number'])
  await gateHere(lane, pull, { now: later(-day) })

  expect(await sent(lane, async () => startAction('infra-change-gate', await startOf(lane)))).toEqual([of(pull)])
  const less = [
    ...oneLess(job).map(([missing, jobMay]) => [missing, { jobMay }] as const),
    ...oneLess(app).map(([missing, appMay]) => [missing, { appMay }] as const),
  ]
  for (const [missing, left] of less) {
    const { code, log } = await startAction('infra-change-gate', await startOf(lane, left))
    expect([missing, code]).toEqual([missing, 1])
    expect(log).toContain(missing.split(':')[0])
  }
})
