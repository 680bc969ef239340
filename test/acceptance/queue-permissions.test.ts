import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Permissions } from '../../rehearsal/github/types.js'
import { eachPermissionLess } from '../fixtures/missing-permission.js'
import { type QueueTools, queueTools } from '../fixtures/queue-tools.js'
import { type RepositoryPair, startTestGitHub, type TestGitHub } from '../fixtures/repository-pair.js'
import type { Started } from '../fixtures/start-action.js'

// What the action's README lists, and not one more. Without `members: read` it works too: nobody counts as an operator.
const upstreamJob: Permissions = { contents: 'read', pull_requests: 'read', statuses: 'write' }
const upstreamApp: Permissions = { contents: 'read', pull_requests: 'write', statuses: 'write' }
const deployApp: Permissions = { contents: 'read', deployments: 'read', issues: 'write', pull_requests: 'read' }

let testGitHub: TestGitHub
let pair: RepositoryPair
let tools: QueueTools
let open: number
let restore: () => Promise<void>

/** Everything at once: an open pull request, one too many merged, a bump that waits too long, and a word about duty. */
beforeAll(async () => {
  testGitHub = await startTestGitHub()
  pair = await testGitHub.repositoryPair((policy) => policy.replace('[ada]', '"@acme/ops"'))
  tools = queueTools(pair)
  await tools.verified(pair.firstVersion)
  await pair.merge(pair.ada)
  const { merge, commit } = await pair.merge(pair.bob)
  pair.publish(commit)
  const { outputs } = await pair.bump(merge)
  await tools.fromDeployRepo()
  const word = { ...pair.deployAt, issue_number: Number(outputs['pull-request-number']), body: '/assign @ada' }
  await pair.client(pair.bob.token).rest.issues.createComment(word)
  const another = await pair.merge(pair.ada)
  pair.publish(another.commit)
  open = await tools.open()
  restore = await pair.github.snapshot()
})
beforeEach(() => restore())
afterAll(() => testGitHub[Symbol.asyncDispose]())

const fromDeployRepo = async (upstream: Permissions, deploy: Permissions): Promise<Started> =>
  tools.fromDeployRepo(61, {
    token: await pair.token('gate', upstream),
    'deploy-token': await pair.token('gate', deploy),
  })

const upstream = (job: Permissions): Promise<Started> =>
  tools.judge(open, { token: pair.github.mintJobToken(pair.upstreamRepo, job, 1) })

async function expectNamed({ log }: Started, missing: string): Promise<void> {
  const [name = ''] = missing.split(':')
  expect(log).toMatch(new RegExp(`\\b${name}: (read|write)\\b`))
  expect((await tools.status(open)) ?? '').not.toContain('success')
}

test('it works upstream with exactly what its README lists', async () => {
  expect((await upstream(upstreamJob)).code).toBe(0)
  expect(await tools.status(open)).toMatch(/^failure: #\d+ by ada/)
})

test.each(eachPermissionLess(upstreamJob))(
  'upstream without %s it says so, and nothing is green',
  async (missing, left) => {
    await expectNamed(await upstream(left), missing)
  },
)

test('it works in the deploy repo with exactly what its README lists', async () => {
  const { code, log } = await fromDeployRepo(upstreamApp, deployApp)
  expect(code, log).toBe(0)
  expect(await tools.status(open)).toMatch(/^failure: #\d+ by ada/)
  const calls = { ...pair.deployAt, labels: 'deploy-overdue' }
  expect((await pair.client(pair.ada.token).rest.issues.listForRepo(calls)).data).toHaveLength(1)
})

test.each(eachPermissionLess(upstreamApp))(
  'in the deploy repo without upstream’s %s it says so',
  async (missing, left) => {
    const started = await fromDeployRepo(left, deployApp)
    await expectNamed(started, missing)
  },
)

test.each(eachPermissionLess(deployApp))('in the deploy repo without its own %s it says so', async (missing, left) => {
  const started = await fromDeployRepo(upstreamApp, left)
  await expectNamed(started, missing)
})
