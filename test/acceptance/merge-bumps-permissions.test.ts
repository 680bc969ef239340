import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Permissions } from '../../rehearsal/github/types.js'
import { type Lane, type Stage, startStage } from './code-lane.js'
import { expectMissing, oneLess } from './one-less.js'
import type { Started } from './start-action.js'

// What the action's README and merge-bumps.yml list, and not one more. `members: read` is for a hold or freeze that somebody
// touched: without it nobody counts as an operator, and that stands.
const bumpsApp: Permissions = {
  ...{ checks: 'write', contents: 'write', deployments: 'read' },
  ...{ issues: 'read', pull_requests: 'write' },
}

let stage: Stage
let lane: Lane
let restore: () => Promise<void>

/** A policy that lets the App merge at once, a bump that nobody has judged yet, and one that only looks like it. */
beforeAll(async () => {
  stage = await startStage()
  lane = await stage.lane((policy) => `${policy.replace('[ada]', '"@acme/ops"')}merge: { bump: auto }\n`)
  const { merge, commit } = await lane.merge(lane.bob)
  lane.publish(commit)
  await lane.bump(merge)
  await lane.propose('lockstep/bump/by-hand', { 'meta/values.yaml': 'replicas: 0\n' })
  restore = await lane.github.snapshot()
})
beforeEach(() => restore())
afterAll(() => stage[Symbol.asyncDispose]())

const bumps = async (app: Permissions): Promise<Started> =>
  lane.gateStarted(await lane.starts.gate(0, { mode: 'reconcile', token: await lane.token('gate', app) }))

const openBranches = async (): Promise<string[]> => (await lane.openPulls()).map(({ head }) => head.ref)

test('it merges bumps with exactly what its README lists', async () => {
  const { code, log, outputs } = await bumps(bumpsApp)
  expect([code, outputs.merged], log).toEqual([0, 'true'])
  expect(await openBranches()).toEqual(['lockstep/bump/by-hand'])
})

test.each(oneLess(bumpsApp))(
  'without %s it says so, and merges nothing that it cannot judge',
  async (missing, left) => {
    const started = await bumps(left)
    expectMissing(started, missing)
    // A comment that cannot be written under one pull request is no reason to keep the other waiting.
    const mayJudge = missing.startsWith('pull_requests') && left['pull_requests'] === 'read'
    expect(await openBranches()).toEqual(['lockstep/bump/by-hand', ...(mayJudge ? [] : ['lockstep/bump/hub'])])
  },
)
