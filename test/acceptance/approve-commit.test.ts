import { afterAll, beforeAll, expect, test } from 'vitest'
import { rehearsalAppPermissions } from '../../rehearsal/fixtures/names.js'
import type { Permissions } from '../../rehearsal/github/types.js'
import { commitApprovalCheckName, commitApprovalId } from '../../shared/records/commit-approval.js'
import { testAppJwt } from '../fixtures/app-jwt.js'
import { at, deploy } from '../fixtures/deploy-repo.js'
import { eachPermissionLess, expectMissing } from '../fixtures/missing-permission.js'
import { startUnreviewedCommitFixture, type UnreviewedCommitFixture } from '../fixtures/unreviewed-commit.js'

let fixture: UnreviewedCommitFixture
beforeAll(async () => {
  fixture = await startUnreviewedCommitFixture()
})
afterAll(() => fixture[Symbol.asyncDispose]())

const next = { count: 0 }

/** Something that ada pushes directly, on top of what is verified. */
async function pushed(): Promise<string> {
  await fixture.deployRepo.verified()
  next.count += 1
  return fixture.deployRepo.push({ 'config/common.yaml': `greeting: pushed ${next.count}\n` })
}

/** What an App that is not the gate's writes. */
async function forge(commit: string): Promise<void> {
  const { github, as } = fixture.deployRepo
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
  const { plans, deployRepo, bob, mallory } = fixture
  const commit = await pushed()

  const refused = await plans.planMerged(commit)
  expect([refused.code, refused.result.reason, refused.outputs.unreviewed]).toEqual([1, 'unreviewed-commit', 'true'])
  expect(refused.log).toContain(`/approve ${commit.slice(0, 7)}`)
  expect((await fixture.tell(commit)).result).toMatchObject({ decision: 'waiting', reason: 'unreviewed-commit' })
  await fixture.tell(commit)
  const [issue, ...others] = await fixture.issues()
  expect(others).toEqual([])
  expect(issue?.body).toContain(`| ada | \`config/common.yaml\` |`)
  expect(issue?.body).toContain(`/approve ${commit}`)
  expect(issue?.body).toContain(`git revert ${commit.slice(0, 7)}`)
  const number = issue?.number ?? 0

  const own = await fixture.say({ token: deployRepo.tokens.ada }, number, `/approve ${commit}`)
  expect(own.result).toMatchObject({ decision: 'refused', reason: 'unreviewed-commit' })
  expect([own.reactions, own.answer]).toEqual([['confused'], expect.stringContaining('Another operator')])

  const strange = await fixture.say(mallory, number, `/approve ${commit}`)
  expect(strange.result).toMatchObject({ decision: 'refused', reason: 'not-operator' })
  expect([strange.reactions, strange.answer]).toEqual([['confused'], ''])

  await forge(commit)
  expect((await plans.planMerged(commit)).result.reason).toBe('unreviewed-commit')

  const accepted = await fixture.say(bob, number, `/approve ${commit.slice(0, 9)}\n\nLooks fine.`)
  expect([accepted.code, accepted.result]).toMatchObject([0, { decision: 'approved', commit }])
  expect([accepted.reactions, accepted.answer]).toEqual([['rocket'], expect.stringContaining('is approved')])
  const again = await fixture.say(bob, number, `/approve ${commit}`)
  expect(again.result.decision).toBe('unchanged')

  const planned = await plans.planMerged(commit)
  expect([planned.code, planned.outputs.affected]).toEqual([0, '["staging","primary"]'])
  expect(planned.outputs.unreviewed).toBe('true')
  expect(planned.summary).toContain(`\`${commit.slice(0, 7)}\` by ada did not pass the gate; bob approved it.`)
  expect((await fixture.tell(commit)).result.decision).toBe('closed')
  expect(await fixture.issues()).toEqual([])
  expect((await plans.planMerged(commit)).outputs.unreviewed).toBe('false')
})

test('who merged or wrote it is not asked for where a pull request brought it: the gate decides', async () => {
  await fixture.deployRepo.verified()
  const commit = await fixture.deployRepo.merge(
    await fixture.deployRepo.open({ 'config/common.yaml': 'greeting: merged\n' }),
  )
  await fixture.tell(commit)
  const [issue] = await fixture.issues()
  expect(issue?.body).not.toContain('/approve')

  const { result, answer } = await fixture.say(fixture.bob, issue?.number ?? 0, `/approve ${commit}`)
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
  const { github, gateApp } = fixture.deployRepo
  github.install(gateApp, deploy, permissions)
  await run().finally(() => github.install(gateApp, deploy, rehearsalAppPermissions.gate))
}

test('with exactly what the READMEs list, it is told and accepted; without one of them that is said', async () => {
  const commit = await pushed()
  for (const [missing, left] of eachPermissionLess(tells)) {
    await withOnly(left, async () => expectMissing(await fixture.tell(commit), missing))
  }
  await withOnly(tells, async () => expect((await fixture.tell(commit)).result.decision).toBe('waiting'))
  const number = (await fixture.issues())[0]?.number ?? 0
  for (const [missing, left] of eachPermissionLess(hears)) {
    // Words are written by either of two permissions where an issue may be a pull request.
    await withOnly(left, async () =>
      expectMissing(await fixture.say(fixture.bob, number, `/approve ${commit}`), missing),
    )
  }
  await withOnly(hears, async () => {
    expect((await fixture.say(fixture.bob, number, `/approve ${commit}`)).code).toBe(0)
  })
}, 240_000)
