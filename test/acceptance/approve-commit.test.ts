import { afterAll, beforeAll, expect, test } from 'vitest'
import { rehearsalAppPermissions } from '../../rehearsal/fixtures/names.js'
import type { Permissions } from '../../rehearsal/github/types.js'
import { commitApprovalCheckName, commitApprovalId } from '../../shared/records/commit-approval.js'
import { testAppJwt } from '../app-jwt.js'
import { type AcceptWorld, startAcceptWorld } from './approve-commit-world.js'
import { at, deploy } from './deploy-world.js'
import { expectMissing, oneLess } from './one-less.js'

let lane: AcceptWorld
beforeAll(async () => {
  lane = await startAcceptWorld()
})
afterAll(() => lane[Symbol.asyncDispose]())

const next = { count: 0 }

/** Something that ada pushes directly, on top of what is verified. */
async function pushed(): Promise<string> {
  await lane.world.verified()
  next.count += 1
  return lane.world.push({ 'config/common.yaml': `greeting: pushed ${next.count}\n` })
}

/** What an App that is not the gate's writes. */
async function forge(commit: string): Promise<void> {
  const { github, as } = lane.world
  const app = github.createApp({ id: 99, slug: 'other', permissions: { checks: 'write', metadata: 'read' } })
  github.install(app.id, deploy)
  const jwt = as(await testAppJwt(app.id, app.privateKey))
  const { data: installation } = await jwt.rest.apps.getRepoInstallation(at)
  const { data } = await jwt.rest.apps.createInstallationAccessToken({ installation_id: installation.id })
  const check = {
    name: commitApprovalCheckName,
    head_sha: commit,
    external_id: commitApprovalId({ commit, by: 'bob' }),
  }
  await as(data.token).rest.checks.create({ ...at, ...check, status: 'completed', conclusion: 'success' })
}

test('a direct push is deployed once an operator accepts it who did not push it, and only by the gate’s own word', async () => {
  const { plans, world, bob, mallory } = lane
  const commit = await pushed()

  const refused = await plans.planMerged(commit)
  expect([refused.code, refused.result.reason, refused.outputs.unreviewed]).toEqual([1, 'unreviewed-commit', 'true'])
  expect(refused.log).toContain(`/approve ${commit.slice(0, 7)}`)
  expect((await lane.tell(commit)).result).toMatchObject({ decision: 'waiting', reason: 'unreviewed-commit' })
  await lane.tell(commit)
  const [issue, ...others] = await lane.issues()
  expect(others).toEqual([])
  expect(issue?.body).toContain(`| ada | \`config/common.yaml\` |`)
  expect(issue?.body).toContain(`/approve ${commit}`)
  expect(issue?.body).toContain(`git revert ${commit.slice(0, 7)}`)
  const number = issue?.number ?? 0

  const own = await lane.say({ token: world.tokens.ada }, number, `/approve ${commit}`)
  expect(own.result).toMatchObject({ decision: 'refused', reason: 'unreviewed-commit' })
  expect([own.reactions, own.answer]).toEqual([['confused'], expect.stringContaining('Another operator')])

  const strange = await lane.say(mallory, number, `/approve ${commit}`)
  expect(strange.result).toMatchObject({ decision: 'refused', reason: 'not-operator' })
  expect([strange.reactions, strange.answer]).toEqual([['confused'], ''])

  await forge(commit)
  expect((await plans.planMerged(commit)).result.reason).toBe('unreviewed-commit')

  const accepted = await lane.say(bob, number, `/approve ${commit.slice(0, 9)}\n\nLooks fine.`)
  expect([accepted.code, accepted.result]).toMatchObject([0, { decision: 'approved', commit }])
  expect([accepted.reactions, accepted.answer]).toEqual([['rocket'], expect.stringContaining('is approved')])
  const again = await lane.say(bob, number, `/approve ${commit}`)
  expect(again.result.decision).toBe('unchanged')

  const planned = await plans.planMerged(commit)
  expect([planned.code, planned.outputs.affected]).toEqual([0, '["staging","primary"]'])
  expect(planned.outputs.unreviewed).toBe('true')
  expect(planned.summary).toContain(`\`${commit.slice(0, 7)}\` by ada did not pass the gate; bob approved it.`)
  expect((await lane.tell(commit)).result.decision).toBe('closed')
  expect(await lane.issues()).toEqual([])
  expect((await plans.planMerged(commit)).outputs.unreviewed).toBe('false')
})

test('who merged or wrote it is not asked for where a pull request brought it: the gate decides', async () => {
  await lane.world.verified()
  const commit = await lane.world.merge(await lane.world.open({ 'config/common.yaml': 'greeting: merged\n' }))
  await lane.tell(commit)
  const [issue] = await lane.issues()
  expect(issue?.body).not.toContain('/approve')

  const { result, answer } = await lane.say(lane.bob, issue?.number ?? 0, `/approve ${commit}`)
  expect(result.decision).toBe('refused')
  expect(answer).toContain('git revert')
})

/** What the READMEs list, and not one more. */
const tells: Permissions = {
  checks: 'read',
  contents: 'read',
  deployments: 'read',
  issues: 'write',
  pull_requests: 'read',
}
const hears: Permissions = { checks: 'write', contents: 'read', issues: 'write', pull_requests: 'read' }

async function withOnly(permissions: Permissions, run: () => Promise<void>): Promise<void> {
  const { github, gateApp } = lane.world
  github.install(gateApp, deploy, permissions)
  await run().finally(() => github.install(gateApp, deploy, rehearsalAppPermissions.gate))
}

test('with exactly what the READMEs list, it is told and accepted; without one of them that is said', async () => {
  const commit = await pushed()
  for (const [missing, left] of oneLess(tells)) {
    await withOnly(left, async () => expectMissing(await lane.tell(commit), missing))
  }
  await withOnly(tells, async () => expect((await lane.tell(commit)).result.decision).toBe('waiting'))
  const number = (await lane.issues())[0]?.number ?? 0
  for (const [missing, left] of oneLess(hears)) {
    // Words are written by either of two permissions where an issue may be a pull request.
    await withOnly(left, async () => expectMissing(await lane.say(lane.bob, number, `/approve ${commit}`), missing))
  }
  await withOnly(hears, async () => {
    expect((await lane.say(lane.bob, number, `/approve ${commit}`)).code).toBe(0)
  })
}, 240_000)
