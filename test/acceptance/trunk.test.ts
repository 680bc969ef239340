import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Stage, startStage } from './code-lane.js'
import { at, deploy } from './deploy-world.js'
import { failedWorld } from './failed-world.js'
import { startPlanWorld } from './plan-world.js'
import { laneTools } from './queue-world.js'
import { renameBranch } from './rename-branch.js'
import { startAction } from './start-action.js'

// Many programs are started one after the other.
const slow = { timeout: 300_000 }

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage[Symbol.asyncDispose]())

test('where the default branch is called trunk: the lane, the bump and the gate', slow, async () => {
  await using lane = await stage.lane((policy) => `${policy}merge: { bump: auto }\n`)
  const tools = laneTools(lane)
  await tools.verified(lane.firstVersion)
  const waiting = await tools.open({ files: { 'src/other.txt': 'x\n' } })
  const { merge, commit } = await lane.merge(lane.bob)
  lane.publish(commit)
  for (const repo of [lane.deployRepo, lane.upstreamRepo]) await renameBranch(lane.github, repo, 'trunk')
  const { pulls, git } = lane.client(lane.ada.token).rest

  await tools.bundle('all')
  expect(await tools.status(waiting)).toMatch(/^failure: #\d+ by bob/)

  const bump = await lane.bundle.bump(merge)
  expect([bump.code, bump.result.decision]).toEqual([0, 'created'])
  const number = Number(bump.outputs['pull-request-number'])
  expect((await pulls.get({ ...lane.deployAt, pull_number: number })).data.base.ref).toBe('trunk')
  const gate = await lane.bundle.gate(number)
  expect([gate.result.reason, gate.outputs.merged]).toEqual(['pure-bump', 'true'])
  const { data } = await git.getRef({ ...lane.deployAt, ref: 'heads/trunk' })
  expect((await pulls.get({ ...lane.deployAt, pull_number: number })).data.merge_commit_sha).toBe(data.object.sha)
})

test('the plan of what was merged', slow, async () => {
  await using plans = await startPlanWorld()
  const { world } = plans
  await world.verified()
  const pr = await world.open(await world.bump(world.versions[1] ?? ''))
  await world.check(pr)
  await renameBranch(world.github, deploy, 'trunk')
  const ada = world.as(world.tokens.ada)
  const { data } = await ada.rest.pulls.merge({ ...at, pull_number: pr.number })

  const { result } = await plans.planMerged(data.sha)
  expect(result).toMatchObject({ decision: 'planned', commit: data.sha })
})

test('the way back', slow, async () => {
  await using failed = await failedWorld()
  const { world } = failed
  await renameBranch(world.github, deploy, 'trunk')
  await startAction('rollback', await failed.starts.git())
  const ada = world.as(world.tokens.ada)
  const [revert] = (await ada.rest.pulls.list({ ...at, state: 'open' })).data
  expect(revert?.base.ref).toBe('trunk')
  expect((await startAction('infra-change-gate', await failed.starts.gate(revert?.number ?? 0))).result.reason).toBe(
    'pure-revert',
  )
  const { result } = await startAction('rollback', await failed.starts.git())
  expect(result).toMatchObject({ decision: 'reverted', reason: 'ok' })
})
