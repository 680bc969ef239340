import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Permissions } from '../../rehearsal/github/types.js'
import { type Lane, type Stage, startStage } from './code-lane.js'
import { at, type DeployWorld, deploy, startDeployWorld } from './deploy-world.js'
import { expectMissing, oneLess } from './one-less.js'
import { type Started, startAction } from './start-action.js'

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

let stage: Stage
let lane: Lane
let merge: string
let pull: number
let world: DeployWorld
let commit: string

beforeAll(async () => {
  stage = await startStage()
  lane = await stage.lane()
  const merged = await lane.merge(lane.ada)
  lane.publish(merged.commit)
  merge = merged.merge
  pull = await lane.propose('change', { 'change.txt': 'Changed\n' })
  world = await startDeployWorld(undefined, { operators: '"@hub-org/ops"' })
  world.github.createUser('olga')
  world.github.createTeam('hub-org', 'ops', ['olga'])
  await world.verified()
  const pr = await world.open(await world.bump(world.versions[1] ?? ''))
  await world.check(pr)
  commit = await world.merge(pr)
})
afterAll(async () => {
  await stage[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})

async function bump(app: Permissions, job: Permissions): Promise<Started> {
  const token = await lane.token('bump', app)
  const upstream = lane.github.mintJobToken(lane.upstreamRepo, job, 1)
  return startAction('open-bump-pr', await lane.starts.bump(merge, { token, 'upstream-token': upstream }))
}

async function gate(app: Permissions): Promise<Started> {
  const token = await lane.token('gate', app)
  // The gate's job itself has no permissions at all; upstream repositories are public.
  const job = lane.github.mintJobToken(lane.deployRepo, {}, 1)
  return startAction('infra-change-gate', await lane.starts.gate(pull, { token, 'upstream-token': job }))
}

async function plan(job: Permissions): Promise<Started> {
  const token = world.github.mintJobToken(deploy, job, 100)
  const env = world.env(commit, await world.checkout(commit), { PATH: world.noTools })
  return startAction('helm-deploy', { inputs: { mode: 'plan', token }, env })
}

async function record(app: Permissions): Promise<Started> {
  world.github.install(world.gateApp, deploy, app)
  const inputs = { mode: 'record', cluster: 'staging', token: world.tokens.gate }
  const env = world.env(commit, await world.checkout(commit), { PATH: world.noTools })
  return startAction('helm-deploy', { inputs, env })
}

async function approve(app: Permissions): Promise<Started> {
  world.github.install(world.gateApp, deploy, app)
  const inputs = { mode: 'approve-adoption', cluster: 'staging', token: world.tokens.gate }
  const env = world.env(commit, await world.checkout(commit), { GITHUB_ACTOR: 'olga' })
  return startAction('helm-deploy', { inputs, env })
}

/** A freeze that somebody closed who may not, and a break-glass that the gate App wrote down: everything has to be looked up. */
async function holds(app: Permissions): Promise<Started> {
  world.github.install(world.gateApp, deploy)
  const [ada, gate] = [world.as(world.tokens.ada), world.as(world.tokens.gate)]
  const { data: issue } = await ada.rest.issues.create({ ...at, title: 'Wait' })
  await gate.rest.issues.addLabels({ ...at, issue_number: issue.number, labels: ['deploy-freeze'] })
  await ada.rest.issues.update({ ...at, issue_number: issue.number, state: 'closed' })
  await gate.rest.issues.create({ ...at, title: 'Break-glass', labels: ['deploy-break-glass'] })
  world.github.install(world.gateApp, deploy, app)
  const inputs = { mode: 'reconcile', token: world.tokens.gate }
  return startAction('infra-change-gate', { inputs, env: world.env(commit, world.dir) })
}

test.each(oneLess(bumpApp))('open-bump-pr without the App’s %s says so, and leaves nothing', async (missing, left) => {
  expectMissing(await bump(left, upstreamJob), missing)
  expect(await lane.deployed('README.md', 'lockstep/bump/hub')).toBeUndefined()
})

test.each(oneLess(upstreamJob))('open-bump-pr without the job’s %s says so', async (missing, left) => {
  expectMissing(await bump(bumpApp, left), missing)
})

test('open-bump-pr works with exactly what its README lists', async () => {
  expect((await bump(bumpApp, upstreamJob)).outputs['pull-request-operation']).toBe('created')
})

test.each(oneLess(gateApp))('infra-change-gate without %s says so', async (missing, left) => {
  expectMissing(await gate(left), missing)
})

test('infra-change-gate works with exactly what its README lists', async () => {
  const { code, result } = await gate(gateApp)
  expect([code, result.reason]).toEqual([0, 'not-a-pure-bump'])
})

test.each(oneLess(planJob))('helm-deploy’s plan without %s says so', async (missing, left) => {
  expectMissing(await plan(left), missing)
})

test('helm-deploy’s plan works with exactly what its README lists', async () => {
  // Without Helm on the PATH this is how far it comes.
  expect((await plan(planJob)).result.reason).toBe('tool-missing')
})

test.each(oneLess(recordApp))('helm-deploy’s record without %s says so', async (missing, left) => {
  expectMissing(await record(left), missing)
})

test('helm-deploy’s record works with exactly what its README lists', async () => {
  expect((await record(recordApp)).result.decision).toBe('recorded')
})

test.each(oneLess(approveApp))(
  'helm-deploy’s approve, with a team of operators, without %s says so',
  async (missing, left) => {
    expectMissing(await approve(left), missing)
  },
)

test('helm-deploy’s approve works with exactly what its README lists', async () => {
  expect((await approve(approveApp)).result.decision).toBe('waiting')
})

test.each(oneLess(holdsApp))(
  'infra-change-gate about holds, with a team of operators, without %s says so',
  async (missing, left) => {
    expectMissing(await holds(left), missing)
  },
)

test('infra-change-gate about holds works with exactly what its README lists', async () => {
  expect((await holds(holdsApp)).result.decision).toBe('updated')
})
