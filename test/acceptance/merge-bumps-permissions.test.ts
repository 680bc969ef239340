import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Permissions } from '../../rehearsal/github/types.js'
import { eachPermissionLess, expectMissing } from '../fixtures/missing-permission.js'
import { type RepositoryPair, startTestGitHub, type TestGitHub } from '../fixtures/repository-pair.js'
import type { Started } from '../fixtures/start-action.js'

// What the action's README and merge-bumps.yml list, and not one more. `members: read` is for a hold or freeze that somebody
// touched: without it nobody counts as an operator, and that stands.
const bumpsApp: Permissions = {
  ...{ checks: 'write', contents: 'write', deployments: 'read' },
  ...{ issues: 'read', pull_requests: 'write' },
}

let testGitHub: TestGitHub
let pair: RepositoryPair
let restore: () => Promise<void>

/** A policy that lets the App merge at once, a bump that nobody has judged yet, and one that only looks like it. */
beforeAll(async () => {
  testGitHub = await startTestGitHub()
  pair = await testGitHub.repositoryPair((policy) => `${policy.replace('[ada]', '"@acme/ops"')}merge: { bump: auto }\n`)
  const { merge, commit } = await pair.merge(pair.bob)
  pair.publish(commit)
  await pair.bump(merge)
  await pair.propose('lockstep/bump/by-hand', { 'meta/values.yaml': 'replicas: 0\n' })
  restore = await pair.github.snapshot()
})
beforeEach(() => restore())
afterAll(() => testGitHub[Symbol.asyncDispose]())

const bumps = async (app: Permissions): Promise<Started> =>
  pair.gateStarted(await pair.starts.gate(0, { mode: 'reconcile', token: await pair.token('gate', app) }))

const openBranches = async (): Promise<string[]> => (await pair.openPulls()).map(({ head }) => head.ref)

test('it merges bumps with exactly what its README lists', async () => {
  const { code, log, outputs } = await bumps(bumpsApp)
  expect([code, outputs.merged], log).toEqual([0, 'true'])
  expect(await openBranches()).toEqual(['lockstep/bump/by-hand'])
})

test.each(eachPermissionLess(bumpsApp))(
  'without %s it says so, and merges nothing that it cannot judge',
  async (missing, left) => {
    const started = await bumps(left)
    expectMissing(started, missing)
    // A comment that cannot be written under one pull request is no reason to keep the other waiting.
    const mayJudge = missing.startsWith('pull_requests') && left['pull_requests'] === 'read'
    expect(await openBranches()).toEqual(['lockstep/bump/by-hand', ...(mayJudge ? [] : ['lockstep/bump/hub'])])
  },
)
