import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Permissions } from '../../rehearsal/github/types.js'
import { type Lane, type Stage, startStage } from './code-lane.js'
import { oneLess } from './one-less.js'
import { type LaneTools, laneTools } from './queue-world.js'
import type { Started } from './start-action.js'

// What the action's README lists, and not one more. Without `members: read` it works too: nobody counts as an operator.
const upstreamJob: Permissions = { contents: 'read', pull_requests: 'read', statuses: 'write' }
const upstreamApp: Permissions = { contents: 'read', pull_requests: 'write', statuses: 'write' }
const deployApp: Permissions = { contents: 'read', deployments: 'read', issues: 'write', pull_requests: 'read' }

let stage: Stage
let lane: Lane
let tools: LaneTools
let open: number
let restore: () => Promise<void>

/** Everything at once: an open pull request, one too many merged, a bump that waits too long, and a word about duty. */
beforeAll(async () => {
  stage = await startStage()
  lane = await stage.lane((policy) => policy.replace('[ada]', '"@acme/ops"'))
  tools = laneTools(lane)
  await tools.verified(lane.firstVersion)
  await lane.merge(lane.ada)
  const { merge, commit } = await lane.merge(lane.bob)
  lane.publish(commit)
  const { outputs } = await lane.bump(merge)
  await tools.fromDeployRepo()
  const word = { ...lane.deployAt, issue_number: Number(outputs['pull-request-number']), body: '/assign @ada' }
  await lane.client(lane.bob.token).rest.issues.createComment(word)
  const another = await lane.merge(lane.ada)
  lane.publish(another.commit)
  open = await tools.open()
  restore = await lane.github.snapshot()
})
beforeEach(() => restore())
afterAll(() => stage[Symbol.asyncDispose]())

const fromDeployRepo = async (upstream: Permissions, deploy: Permissions): Promise<Started> =>
  tools.fromDeployRepo(61, {
    token: await lane.token('gate', upstream),
    'deploy-token': await lane.token('gate', deploy),
  })

const upstream = (job: Permissions): Promise<Started> =>
  tools.judge(open, { token: lane.github.mintJobToken(lane.upstreamRepo, job, 1) })

async function expectNamed({ log }: Started, missing: string): Promise<void> {
  const [name = ''] = missing.split(':')
  expect(log).toMatch(new RegExp(`\\b${name}: (read|write)\\b`))
  expect((await tools.status(open)) ?? '').not.toContain('success')
}

test('it works upstream with exactly what its README lists', async () => {
  expect((await upstream(upstreamJob)).code).toBe(0)
  expect(await tools.status(open)).toMatch(/^failure: #\d+ by ada/)
})

test.each(oneLess(upstreamJob))('upstream without %s it says so, and nothing is green', async (missing, left) => {
  await expectNamed(await upstream(left), missing)
})

test('it works in the deploy repo with exactly what its README lists', async () => {
  const { code, log } = await fromDeployRepo(upstreamApp, deployApp)
  expect(code, log).toBe(0)
  expect(await tools.status(open)).toMatch(/^failure: #\d+ by ada/)
  const calls = { ...lane.deployAt, labels: 'deploy-overdue' }
  expect((await lane.client(lane.ada.token).rest.issues.listForRepo(calls)).data).toHaveLength(1)
})

test.each(oneLess(upstreamApp))('in the deploy repo without upstream’s %s it says so', async (missing, left) => {
  const started = await fromDeployRepo(left, deployApp)
  await expectNamed(started, missing)
})

test.each(oneLess(deployApp))('in the deploy repo without its own %s it says so', async (missing, left) => {
  const started = await fromDeployRepo(upstreamApp, left)
  await expectNamed(started, missing)
})
