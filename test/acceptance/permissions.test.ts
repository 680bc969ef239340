import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Permissions } from '../../rehearsal/github/types.js'
import { at, type DeployRepo, deploy, startDeployRepo } from '../fixtures/deploy-repo.js'
import { eachPermissionLess, expectMissing } from '../fixtures/missing-permission.js'
import { type RepositoryPair, startTestGitHub, type TestGitHub } from '../fixtures/repository-pair.js'
import { type Started, startAction } from '../fixtures/start-action.js'

// What each action's README lists, and not one more.
const bumpApp: Permissions = { contents: 'write', issues: 'read', pull_requests: 'write' }
const upstreamJob: Permissions = { contents: 'read', pull_requests: 'read' }
const gateApp: Permissions = {
  checks: 'write',
  contents: 'read',
  deployments: 'read',
  issues: 'read',
  pull_requests: 'write',
}
const planJob: Permissions = {
  checks: 'read',
  contents: 'read',
  deployments: 'read',
  issues: 'read',
  pull_requests: 'read',
}
const recordApp: Permissions = { deployments: 'write' }
const holdsApp: Permissions = { contents: 'read', deployments: 'read', issues: 'write', members: 'read' }
const approveApp: Permissions = { deployments: 'write', members: 'read' }

let testGitHub: TestGitHub
let pair: RepositoryPair
let merge: string
let pull: number
let deployRepo: DeployRepo
let commit: string

beforeAll(async () => {
  testGitHub = await startTestGitHub()
  pair = await testGitHub.repositoryPair()
  const merged = await pair.merge(pair.ada)
  pair.publish(merged.commit)
  merge = merged.merge
  pull = await pair.propose('change', { 'change.txt': 'Changed\n' })
  deployRepo = await startDeployRepo(undefined, { operators: '"@hub-org/ops"' })
  deployRepo.github.createUser('olga')
  deployRepo.github.createTeam('hub-org', 'ops', ['olga'])
  await deployRepo.verified()
  const pr = await deployRepo.open(await deployRepo.bump(deployRepo.versions[1] ?? ''))
  await deployRepo.check(pr)
  commit = await deployRepo.merge(pr)
})
afterAll(async () => {
  await testGitHub[Symbol.asyncDispose]()
  await deployRepo[Symbol.asyncDispose]()
})

async function bump(app: Permissions, job: Permissions): Promise<Started> {
  const token = await pair.token('bump', app)
  const upstream = pair.github.mintJobToken(pair.upstreamRepo, job, 1)
  return startAction('open-bump-pr', await pair.starts.bump(merge, { token, 'upstream-token': upstream }))
}

async function gate(app: Permissions): Promise<Started> {
  const token = await pair.token('gate', app)
  // The gate's job itself has no permissions at all; upstream repositories are public.
  const job = pair.github.mintJobToken(pair.deployRepo, {}, 1)
  return startAction('infra-change-gate', await pair.starts.gate(pull, { token, 'upstream-token': job }))
}

async function plan(job: Permissions): Promise<Started> {
  const token = deployRepo.github.mintJobToken(deploy, job, 100)
  const env = deployRepo.env(commit, await deployRepo.checkout(commit), { PATH: deployRepo.noTools })
  return startAction('helm-deploy', { inputs: { mode: 'plan', token }, env })
}

async function record(app: Permissions): Promise<Started> {
  deployRepo.github.install(deployRepo.gateApp, deploy, app)
  const inputs = { mode: 'record', cluster: 'staging', token: deployRepo.tokens.gate }
  const env = deployRepo.env(commit, await deployRepo.checkout(commit), { PATH: deployRepo.noTools })
  return startAction('helm-deploy', { inputs, env })
}

async function approve(app: Permissions): Promise<Started> {
  deployRepo.github.install(deployRepo.gateApp, deploy, app)
  const inputs = { mode: 'approve-adoption', cluster: 'staging', token: deployRepo.tokens.gate }
  const env = deployRepo.env(commit, await deployRepo.checkout(commit), { GITHUB_ACTOR: 'olga' })
  return startAction('helm-deploy', { inputs, env })
}

/** A freeze that somebody closed who may not, and a break-glass that the gate App wrote down: everything has to be looked up. */
async function holds(app: Permissions): Promise<Started> {
  deployRepo.github.install(deployRepo.gateApp, deploy)
  const [ada, gate] = [deployRepo.as(deployRepo.tokens.ada), deployRepo.as(deployRepo.tokens.gate)]
  const { data: issue } = await ada.rest.issues.create({ ...at, title: 'Wait' })
  await gate.rest.issues.addLabels({ ...at, issue_number: issue.number, labels: ['deploy-freeze'] })
  await ada.rest.issues.update({ ...at, issue_number: issue.number, state: 'closed' })
  await gate.rest.issues.create({ ...at, title: 'Break-glass', labels: ['deploy-break-glass'] })
  deployRepo.github.install(deployRepo.gateApp, deploy, app)
  const inputs = { mode: 'reconcile', token: deployRepo.tokens.gate }
  return startAction('infra-change-gate', { inputs, env: deployRepo.env(commit, deployRepo.dir) })
}

test.each(eachPermissionLess(bumpApp))(
  'open-bump-pr without the App’s %s says so, and leaves nothing',
  async (missing, left) => {
    expectMissing(await bump(left, upstreamJob), missing)
    expect(await pair.deployed('README.md', 'lockstep/bump/hub')).toBeUndefined()
  },
)

test.each(eachPermissionLess(upstreamJob))('open-bump-pr without the job’s %s says so', async (missing, left) => {
  expectMissing(await bump(bumpApp, left), missing)
})

test('open-bump-pr works with exactly what its README lists', async () => {
  expect((await bump(bumpApp, upstreamJob)).outputs['pull-request-operation']).toBe('created')
})

test.each(eachPermissionLess(gateApp))('infra-change-gate without %s says so', async (missing, left) => {
  expectMissing(await gate(left), missing)
})

test('infra-change-gate works with exactly what its README lists', async () => {
  const { code, result } = await gate(gateApp)
  expect([code, result.reason]).toEqual([0, 'not-a-pure-bump'])
})

test.each(eachPermissionLess(planJob))('helm-deploy’s plan without %s says so', async (missing, left) => {
  expectMissing(await plan(left), missing)
})

test('helm-deploy’s plan works with exactly what its README lists', async () => {
  // Without Helm on the PATH this is how far it comes.
  expect((await plan(planJob)).result.reason).toBe('tool-missing')
})

test.each(eachPermissionLess(recordApp))('helm-deploy’s record without %s says so', async (missing, left) => {
  expectMissing(await record(left), missing)
})

test('helm-deploy’s record works with exactly what its README lists', async () => {
  expect((await record(recordApp)).result.decision).toBe('recorded')
})

test.each(eachPermissionLess(approveApp))(
  'helm-deploy’s approve, with a team of operators, without %s says so',
  async (missing, left) => {
    expectMissing(await approve(left), missing)
  },
)

test('helm-deploy’s approve works with exactly what its README lists', async () => {
  expect((await approve(approveApp)).result.decision).toBe('waiting')
})

test.each(eachPermissionLess(holdsApp))(
  'infra-change-gate about holds, with a team of operators, without %s says so',
  async (missing, left) => {
    expectMissing(await holds(left), missing)
  },
)

test('infra-change-gate about holds works with exactly what its README lists', async () => {
  expect((await holds(holdsApp)).result.decision).toBe('updated')
})
