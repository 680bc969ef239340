import { afterAll, beforeAll, expect, test } from 'vitest'
import { definition } from '../../actions/infra-change-gate/io.js'
import { infraChangeGate } from '../../actions/infra-change-gate/run.js'
import type { Permissions } from '../../rehearsal/github/types.js'
import { policyDigestAt } from '../../shared/policy/on-branch.js'
import { parseExternalId } from '../../shared/records/gate-check.js'
import { forkOf } from '../fixtures/fork.js'
import { approve, asking, comment, day, later, proposeIngress, say, tryStaging } from '../fixtures/gate-commands.js'
import { checksOf, headOf } from '../fixtures/gate-records.js'
import { gateHere, gateRendered } from '../fixtures/gate-runs.js'
import { eachPermissionLess } from '../fixtures/missing-permission.js'
import {
  commitOn,
  policyPath,
  type RepositoryPair,
  startTestGitHub,
  type TestGitHub,
} from '../fixtures/repository-pair.js'
import { runInProcess } from '../fixtures/run-in-process.js'
import { type Start, startAction } from '../fixtures/start-action.js'

// What look-again.yml gives it where no bump waits and operators are named by their logins, and not one more.
const job: Permissions = { actions: 'write' }
const app: Permissions = {
  ...{ checks: 'read', contents: 'read', deployments: 'read' },
  ...{ issues: 'read', pull_requests: 'read' },
}

let testGitHub: TestGitHub

beforeAll(async () => {
  testGitHub = await startTestGitHub()
})
afterAll(() => testGitHub[Symbol.asyncDispose]())

async function setUp(): Promise<RepositoryPair> {
  const pair = await testGitHub.repositoryPair()
  const files = {
    '.github/workflows/gate.yml': 'on: workflow_dispatch\n',
    'config/primary.yaml': 'web: { replicas: 1 }\n',
  }
  await commitOn(pair.client(pair.ada.token), pair.deployAt, 'main', files)
  return pair
}

async function startOf(pair: RepositoryPair, { jobMay = job, appMay = app } = {}): Promise<Start> {
  const token = await pair.token('gate', appMay)
  const starter = pair.github.mintJobToken(pair.deployRepo, jobMay, 1)
  return pair.starts.gate(0, { mode: 'reconcile', token, 'actions-token': starter, 'pull-request': '' })
}

/** The pull requests that were sent to gate.yml since. */
async function sent(pair: RepositoryPair, run: () => Promise<unknown>): Promise<unknown[]> {
  const before = pair.github.events.length
  await run()
  const events = pair.github.events.slice(before).filter(({ name }) => name === 'workflow_dispatch')
  return events.map(({ payload }) => payload)
}

const again = (pair: RepositoryPair, now = later(0)) =>
  sent(pair, async () => runInProcess(definition, infraChangeGate, await startOf(pair), now))

const of = (pull: number) =>
  expect.objectContaining({ inputs: { 'pull-request': String(pull) }, ref: 'refs/heads/main' })

test('what was green by a fact that ends is judged again when it has ended, and is red then', async () => {
  await using pair = await setUp()
  const pull = await pair.propose('routine', { 'config/primary.yaml': 'web: { replicas: 2 }\n' }, { by: pair.ada })
  await pair.propose('docs', { 'docs/a.md': 'a\n' })
  await gateRendered(pair, pull)
  const { login, token } = pair.github.createUser('olga')
  const policy = ((await pair.deployed('.github/deploy-policy.yml')) ?? '').replace('[ada]', `[ada, ${login}]`)
  await commitOn(pair.client(pair.ada.token), pair.deployAt, 'main', { '.github/deploy-policy.yml': policy })
  const olga = { login, id: 0, token }
  await approve(pair, pull, olga)
  expect((await say(pair, olga, pull, '/dry-run', asking)).said).toBe('success reviewed')

  expect(await again(pair)).toEqual([])
  const week = later(8 * day)
  expect(await again(pair, week)).toEqual([of(pull)])

  expect((await gateRendered(pair, pull, { now: week })).result.decision).toBe('failure')
  expect(await comment(pair, pull)).toContain('- [ ] a successful API dry\\-run')
  expect(await again(pair, week)).toEqual([])
})

test('what is green by the policy of before is judged again by the one that main has now, at once', async () => {
  await using pair = await setUp()
  const { login, token } = pair.github.createUser('olga')
  const olga = { login, id: 0, token }
  const mild = ((await pair.deployed(policyPath)) ?? '').replace('[ada]', `[ada, ${login}]`)
  await commitOn(pair.client(pair.ada.token), pair.deployAt, 'main', { [policyPath]: mild })
  const pull = await pair.propose('routine', { 'config/primary.yaml': 'web: { replicas: 2 }\n' }, { by: pair.ada })
  await gateRendered(pair, pull)
  await approve(pair, pull, olga)
  expect((await say(pair, olga, pull, '/dry-run', asking)).said).toBe('success reviewed')
  const judgedBy = async () => {
    const checks = await checksOf(pair, await headOf(pair, pull))
    return parseExternalId(checks[0]?.external_id)?.policy
  }
  const policyNow = () => policyDigestAt(pair.client(pair.ada.token), pair.deployRepo, 'main')
  expect(await judgedBy()).toBe(await policyNow())
  expect(await again(pair)).toEqual([])

  const stricter = `${mild}change-classes:\n  capacity: { values: [web.replicas], tier: T3 }\n`
  await commitOn(pair.client(pair.ada.token), pair.deployAt, 'main', { [policyPath]: stricter })
  expect(await judgedBy()).not.toBe(await policyNow())
  expect(await again(pair)).toEqual([of(pull)])

  expect((await gateRendered(pair, pull)).result.decision).toBe('failure')
  expect(await judgedBy()).toBe(await policyNow())
  expect(await comment(pair, pull)).toContain('- [ ] an operator on stand\\-by')
  expect(await again(pair)).toEqual([])
})

test('a bump that waits for upstream’s checks is judged again, ever less often', async () => {
  await using pair = await setUp()
  const { merge, commit } = await pair.merge(pair.ada, { ci: 'pending' })
  pair.publish(commit)
  const pull = Number((await pair.bump(merge)).outputs['pull-request-number'])
  const hours = (count: number) => later((count / 24) * day)
  await gateHere(pair, pull)
  expect(await again(pair, hours(1))).toEqual([of(pull)])

  await gateHere(pair, pull, { now: hours(4) })
  expect(await again(pair, hours(4.9))).toEqual([])
  expect(await again(pair, hours(5.1))).toEqual([of(pull)])

  const status = { ...pair.upstreamAt, sha: merge, context: 'ci', state: 'success' as const }
  await pair.client(pair.ada.token).rest.repos.createCommitStatus(status)
  expect((await gateHere(pair, pull)).result.decision).toBe('success')
  expect(await again(pair, hours(48))).toEqual([])
})

test('one whose event was lost is judged after all; another App’s check of that name is none', async () => {
  await using pair = await setUp()
  const pull = await pair.propose('docs', { 'docs/a.md': 'a\n' })
  const { data } = await pair.client(pair.ada.token).rest.pulls.get({ ...pair.deployAt, pull_number: pull })
  await pair.client(await pair.token('gate')).rest.checks.create({
    ...{ ...pair.deployAt, name: 'lockstep / gate', head_sha: data.head.sha, conclusion: 'success' },
    external_id: 'something else',
  })

  expect(await again(pair)).toEqual([])
  expect(await again(pair, later(11 * 60_000))).toEqual([of(pull)])
})

test('one whose head another pull request into another branch has as well is judged again, and then no more', async () => {
  await using pair = await setUp()
  const pull = await pair.propose('docs', { 'docs/a.md': 'a\n' })
  const { rest } = pair.client(pair.ada.token)
  const { head, base } = (await rest.pulls.get({ ...pair.deployAt, pull_number: pull })).data
  expect((await gateHere(pair, pull)).result.decision).toBe('success')
  await rest.git.createRef({ ...pair.deployAt, ref: 'refs/heads/release', sha: base.sha })
  const { data: other } = await rest.pulls.create({ ...pair.deployAt, title: 'x', head: head.ref, base: 'release' })
  expect((await gateHere(pair, other.number)).result.decision).toBe('failure')

  expect(await again(pair)).toEqual([of(pull)])
  expect((await gateHere(pair, pull)).result.decision).toBe('success')
  expect(await again(pair)).toEqual([])
})

test.each([false, true])(
  "a review of a stranger's fork is found although its run waits for an approval (told as completed: %s), and its dismissal",
  async (heldRunsComplete) => {
    await using pair = await setUp()
    const { login, token } = pair.github.createUser(`olga-${heldRunsComplete}`)
    pair.github.repository(pair.deployRepo).heldRunsComplete = heldRunsComplete
    const policy = ((await pair.deployed(policyPath)) ?? '').replace('[ada]', `[ada, ${login}]`)
    await commitOn(pair.client(pair.ada.token), pair.deployAt, 'main', { [policyPath]: policy })
    const eve = pair.github.createUser(`eve-${heldRunsComplete}`)
    const fork = await forkOf(pair, pair.deployAt, eve)
    const pull = await fork.propose('tests', { '.github/workflows/tests.yml': 'on: push\n' })
    expect((await gateHere(pair, pull)).result.decision).toBe('failure')
    expect(await again(pair)).toEqual([])
    const { rest } = pair.client(token)
    const about = { ...pair.deployAt, pull_number: pull }

    const { data: review } = await rest.pulls.createReview({ ...about, event: 'APPROVE' })
    const event = pair.github.events.findLast(({ name }) => name === 'pull_request_review')
    expect(event?.needsApproval).toBe(true)
    expect(await again(pair)).toEqual([of(pull)])
    expect((await gateHere(pair, pull)).result).toMatchObject({ decision: 'success', reason: 'reviewed' })
    expect(await again(pair)).toEqual([])

    await rest.pulls.createReview({ ...about, event: 'COMMENT', body: 'Nice' })
    expect(await again(pair)).toEqual([])
    await pair.client(pair.ada.token).rest.pulls.dismissReview({ ...about, review_id: review.id, message: 'No' })
    expect(await again(pair)).toEqual([of(pull)])
    expect((await gateHere(pair, pull)).result.decision).toBe('failure')
    expect(await again(pair)).toEqual([])
  },
)

test('a rehearsal on staging is found although nobody heard of its end', async () => {
  await using pair = await setUp()
  const { login, token } = pair.github.createUser('omar')
  const omar = { login, id: 0, token }
  const policy = ((await pair.deployed(policyPath)) ?? '').replace('[ada]', `[ada, ${login}]`)
  await commitOn(pair.client(pair.ada.token), pair.deployAt, 'main', { [policyPath]: policy })
  const pull = await proposeIngress(pair, '4.10.0', '4.11.0')
  expect(await again(pair)).toEqual([])
  await tryStaging(pair, omar, pull)
  expect(await again(pair)).toEqual([of(pull)])
  await gateRendered(pair, pull)
  expect(await again(pair)).toEqual([])
})

test('the bundle does it with what look-again.yml gives it', async () => {
  await using pair = await setUp()
  const { merge, commit } = await pair.merge(pair.ada, { ci: 'pending' })
  pair.publish(commit)
  const pull = Number((await pair.bump(merge)).outputs['pull-request-number'])
  await gateHere(pair, pull, { now: later(-day) })

  expect(await sent(pair, async () => startAction('infra-change-gate', await startOf(pair)))).toEqual([of(pull)])
  const less = [
    ...eachPermissionLess(job).map(([missing, jobMay]) => [missing, { jobMay }] as const),
    ...eachPermissionLess(app).map(([missing, appMay]) => [missing, { appMay }] as const),
  ]
  for (const [missing, left] of less) {
    const { code, log } = await startAction('infra-change-gate', await startOf(pair, left))
    expect([missing, code]).toEqual([missing, 1])
    expect(log).toContain(missing.split(':')[0])
  }
})
