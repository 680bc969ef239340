import { afterAll, beforeAll, expect, test } from 'vitest'
import { at, deploy } from '../fixtures/deploy-repo.js'
import { startFailedDeploy } from '../fixtures/failed-deploy.js'
import { startPlanPreview } from '../fixtures/plan-preview.js'
import { queueTools } from '../fixtures/queue-tools.js'
import { renameBranch } from '../fixtures/rename-branch.js'
import { startTestGitHub, type TestGitHub } from '../fixtures/repository-pair.js'
import { startAction } from '../fixtures/start-action.js'

// Many programs are started one after the other.
const slow = { timeout: 300_000 }

let testGitHub: TestGitHub

beforeAll(async () => {
  testGitHub = await startTestGitHub()
})
afterAll(() => testGitHub[Symbol.asyncDispose]())

test('where the default branch is called trunk: the lane, the bump and the gate', slow, async () => {
  await using pair = await testGitHub.repositoryPair((policy) => `${policy}merge: { bump: auto }\n`)
  const tools = queueTools(pair)
  await tools.verified(pair.firstVersion)
  const waiting = await tools.open({ files: { 'src/other.txt': 'x\n' } })
  const { merge, commit } = await pair.merge(pair.bob)
  pair.publish(commit)
  for (const repo of [pair.deployRepo, pair.upstreamRepo]) await renameBranch(pair.github, repo, 'trunk')
  const { pulls, git } = pair.client(pair.ada.token).rest

  await tools.bundle('all')
  expect(await tools.status(waiting)).toMatch(/^failure: #\d+ by bob/)

  const bump = await pair.bundle.bump(merge)
  expect([bump.code, bump.result.decision]).toEqual([0, 'created'])
  const number = Number(bump.outputs['pull-request-number'])
  expect((await pulls.get({ ...pair.deployAt, pull_number: number })).data.base.ref).toBe('trunk')
  const gate = await pair.bundle.gate(number)
  expect([gate.result.reason, gate.outputs.merged]).toEqual(['pure-bump', 'true'])
  const { data } = await git.getRef({ ...pair.deployAt, ref: 'heads/trunk' })
  expect((await pulls.get({ ...pair.deployAt, pull_number: number })).data.merge_commit_sha).toBe(data.object.sha)
})

test('the plan of what was merged', slow, async () => {
  await using plans = await startPlanPreview()
  const { deployRepo } = plans
  await deployRepo.verified()
  const pr = await deployRepo.open(await deployRepo.bump(deployRepo.versions[1] ?? ''))
  await deployRepo.check(pr)
  await renameBranch(deployRepo.github, deploy, 'trunk')
  const ada = deployRepo.as(deployRepo.tokens.ada)
  const { data } = await ada.rest.pulls.merge({ ...at, pull_number: pr.number })

  const { result } = await plans.planMerged(data.sha)
  expect(result).toMatchObject({ decision: 'planned', commit: data.sha })
})

test('the way back', slow, async () => {
  await using failed = await startFailedDeploy()
  const { deployRepo } = failed
  await renameBranch(deployRepo.github, deploy, 'trunk')
  await startAction('rollback', await failed.starts.git())
  const ada = deployRepo.as(deployRepo.tokens.ada)
  const [revert] = (await ada.rest.pulls.list({ ...at, state: 'open' })).data
  expect(revert?.base.ref).toBe('trunk')
  expect((await startAction('infra-change-gate', await failed.starts.gate(revert?.number ?? 0))).result.reason).toBe(
    'pure-revert',
  )
  const { result } = await startAction('rollback', await failed.starts.git())
  expect(result).toMatchObject({ decision: 'reverted', reason: 'ok' })
})
