import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Permissions } from '../../rehearsal/github/types.js'
import { type Lane, type Stage, startStage } from './code-lane.js'
import { expectMissing, oneLess } from './one-less.js'
import { type Started, startAction } from './start-action.js'

// What the input `upstream-token` asks for, and not one more.
const upstreamToken: Permissions = {
  ...{ actions: 'read', checks: 'read', contents: 'read' },
  ...{ pull_requests: 'read', statuses: 'read' },
} as const

let stage: Stage
let lane: Lane
let pull: number
let restore: () => Promise<void>

/** A bump of what was merged in a repository that strangers do not see; its check "ci" is green. */
beforeAll(async () => {
  stage = await startStage()
  lane = await stage.lane()
  const { merge, commit } = await lane.merge(lane.ada)
  lane.publish(commit)
  pull = Number((await lane.bump(merge)).outputs['pull-request-number'])
  lane.github.repository(lane.upstreamRepo).private = true
  restore = await lane.github.snapshot()
})
beforeEach(() => restore())
afterAll(() => stage[Symbol.asyncDispose]())

async function gate(token: string): Promise<Started> {
  return startAction('infra-change-gate', await lane.starts.gate(pull, { 'upstream-token': token }))
}

const conclusions = async (): Promise<(string | null)[]> => {
  const { rest } = lane.client(lane.ada.token)
  const { data } = await rest.pulls.get({ ...lane.deployAt, pull_number: pull })
  const asked = { ...lane.deployAt, ref: data.head.sha, check_name: 'lockstep / gate' }
  return (await rest.checks.listForRef(asked)).data.check_runs.map(({ conclusion }) => conclusion)
}

test('a bump of a private upstream is proven with exactly what the input asks for', async () => {
  const { code, result } = await gate(lane.github.mintJobToken(lane.upstreamRepo, upstreamToken, 1))
  expect([code, result.reason]).toEqual([0, 'pure-bump'])
  expect(await conclusions()).toEqual(['success'])
})

test.each(oneLess(upstreamToken))('without %s upstream it says so, and the check is red', async (missing, left) => {
  expectMissing(await gate(lane.github.mintJobToken(lane.upstreamRepo, left, 1)), missing)
  expect(await conclusions()).toEqual(['failure'])
})

test("with the job's own token it says that the upstream is not to be seen, and the check is red", async () => {
  const { code, result, log } = await gate(lane.github.mintJobToken(lane.deployRepo, { contents: 'read' }, 1))
  expect([code, result.reason]).toEqual([1, 'missing-permission'])
  expect(log).toContain(`/repos/${lane.upstreamRepo}`)
  expect(await conclusions()).toEqual(['failure'])
})
