import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { definition } from '../../actions/external-change/io.js'
import { externalChange } from '../../actions/external-change/run.js'
import type { Result } from '../../shared/foundation/result.js'
import { type Cluster, type ClusterStub, clusterStub } from '../fixtures/cluster-stub.js'
import { at, type DeployRepo, startDeployRepo } from '../fixtures/deploy-repo.js'
import { killEverywhere } from '../fixtures/kill-at-requests.js'
import { eachPermissionLess, expectMissing } from '../fixtures/missing-permission.js'
import { runInProcess } from '../fixtures/run-in-process.js'
import { type Start, type Started, startAction } from '../fixtures/start-action.js'

/** As change.yml and watch-cluster.yml ask for them, of what is needed here. */
const hearing = { contents: 'read', deployments: 'write', issues: 'write' } as const
const telling = { contents: 'read', issues: 'write' } as const
const hour = 60 * 60_000

let deployRepo: DeployRepo
let entry: Server
let cluster: ClusterStub
/** What users get. */
let serves = true
let run = 100
/** A dangerous change was deployed and verified, and nothing else happened. */
let change: string
let restore: () => Promise<void>
let left: Cluster

// Many programs are started one after the other.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

beforeAll(async () => {
  entry = createServer((request, response) => {
    if (request.url === '/versions') response.end(JSON.stringify({ hub: deployRepo.versions[0] }))
    else response.writeHead(serves ? 200 : 502).end('ok')
  })
  await new Promise<void>((resolve) => entry.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(entry.address() as AddressInfo).port}`
  deployRepo = await startDeployRepo(undefined, {
    clusters: '{ staging: { wave: staging } }',
    files: { 'config/staging.yaml': `host: ${host}\n` },
    change: (policy) => policy.replace('timeout: 20s', 'timeout: 3s'),
  })
  cluster = await clusterStub(deployRepo, [{ name: 'meta', namespace: 'staging' }])
  change = await push('dangerous')
  await deployed(change, 'T3')
  restore = await deployRepo.github.snapshot()
  left = await cluster.read()
})
beforeEach(async () => {
  serves = true
  await restore()
  await cluster.save(left)
})
afterAll(async () => {
  entry.close()
  await deployRepo[Symbol.asyncDispose]()
})

const push = (what: string): Promise<string> =>
  deployRepo.push({ 'config/common.yaml': `hub: { greeting: ${what} }\n` })

/** By commit: nothing writes there. */
const checkouts = new Map<string, string>()

async function env(commit: string): Promise<Record<string, string>> {
  const workspace = checkouts.get(commit) ?? (await deployRepo.checkout(commit))
  checkouts.set(commit, workspace)
  const about = { GITHUB_RUN_ID: String(run), PATH: `${cluster.bin}:${process.env.PATH}` }
  return deployRepo.env(commit, workspace, about)
}

/** The jobs of deploy-cluster.yml. */
async function deployed(commit: string, tier: string): Promise<void> {
  run++
  const { kubeconfig } = cluster
  const about = { cluster: 'staging', kubeconfig }
  const clusters = [{ name: 'staging', from: commit }]
  const plan = JSON.stringify({ schema: 1, run: `${run}/1`, commit, clusters })
  const inputs = { mode: 'deploy', ...about, token: deployRepo.tokens.job, plan }
  const { result } = await startAction('helm-deploy', { inputs, env: await env(commit) })
  const tested = { mode: 'verify', ...about, 'deploy-result': JSON.stringify(result), 'rollout-timeout': '20s' }
  const smoke = await startAction('smoke-test', { inputs: tested, env: await env(commit) })
  const record = { mode: 'record', cluster: 'staging', token: deployRepo.tokens.gate, tier }
  const results = { 'deploy-result': JSON.stringify(result), 'smoke-result': JSON.stringify(smoke.result) }
  const { log } = await startAction('helm-deploy', { inputs: { ...record, ...results }, env: await env(commit) })
  expect(log).toContain('Recorded as success')
}

/** change.yml by its schedule, so many hours later: the job `hear`. */
async function hear(hours = 1): Promise<Started> {
  const inputs = { mode: 'reconcile', 'change-request': 'null', token: await deployRepo.gateToken(hearing) }
  const started = { ...(await env(await deployRepo.head())), GITHUB_EVENT_NAME: 'schedule' }
  return runInProcess(definition, externalChange, { inputs, env: started }, () => new Date(Date.now() + hours * hour))
}

/** The order for staging, as `hear` has it in its outputs. */
function orderIn({ outputs }: Started): string {
  expect(JSON.parse(outputs['soak-clusters'] ?? '[]')).toEqual(['staging'])
  return JSON.stringify(JSON.parse(outputs.requests ?? '{}').staging)
}

/** watch-cluster.yml: its job `look`. */
async function look(order: string): Promise<Started> {
  const inputs = {
    ...{ mode: 'soak', cluster: 'staging', kubeconfig: cluster.kubeconfig },
    ...{ 'deploy-result': order, 'rollout-timeout': '6s' },
  }
  return startAction('smoke-test', { inputs, env: await env(JSON.parse(order).deployed.commit) })
}

/** And its job `tell`. */
async function tell(order: string, seen: string, token?: string): Promise<Start> {
  const inputs = {
    ...{ mode: 'record-soak', token: token ?? (await deployRepo.gateToken(telling)) },
    ...{ request: order, observation: seen },
  }
  return { inputs, env: await env(await deployRepo.head()) }
}

/** All of it, an hour after the change. */
async function hourly(hours = 1): Promise<Started> {
  const order = orderIn(await hear(hours))
  const { result } = await look(order)
  return runInProcess(definition, externalChange, await tell(order, JSON.stringify(result)))
}

/** The same, with what the job `look` would have seen. */
async function told(is: 'well' | 'ill', hours = 1): Promise<Started> {
  const order = orderIn(await hear(hours))
  return runInProcess(definition, externalChange, await tell(order, seen(is)))
}

const seen = (is: 'well' | 'ill'): string =>
  JSON.stringify({
    ...{ schema: 1, action: 'smoke-test', cluster: 'staging', commit: change, run: '9/1', evidence: [] },
    ...(is === 'well' ? { decision: 'tested', reason: 'ok', verdict: 'pass', message: 'It still passes.' } : bad),
  } satisfies Result)

const bad = { decision: 'not-verified', reason: 'smoke-failed', verdict: 'fail', message: 'It is gone.' } as const

async function issues() {
  const { data } = await deployRepo.as(deployRepo.tokens.ada).rest.issues.listForRepo({ ...at, state: 'all' })
  return data.map(({ number, title, state, body, labels }) => {
    // How often and how long it was asked is another number each time.
    return { number, title, state, body: (body ?? '').replace(/\d+ (try|tries), [\d.]+ s/g, 'some tries'), labels }
  })
}

const recordsNow = async () =>
  (await deployRepo.as(deployRepo.tokens.ada).rest.repos.listDeployments({ ...at, task: 'deploy' })).data.length

test('a cluster that is well in the day after a dangerous change is looked at, and nobody hears of it', async () => {
  const [records, before] = [await recordsNow(), await cluster.read()]
  expect((await hourly()).result).toMatchObject({ decision: 'recorded', message: 'staging: healthy.' })
  expect(await issues()).toEqual([])
  // It only looks.
  expect([await recordsNow(), await cluster.read()]).toEqual([records, before])
})

test('one that is not has one issue: opened, changed, closed and opened again', async () => {
  const before = await cluster.read()
  serves = false
  expect((await hourly()).result).toMatchObject({ decision: 'failure', reason: 'unhealthy' })
  const [opened, ...others] = await issues()
  expect(others).toEqual([])
  expect(opened).toMatchObject({ state: 'open', labels: [expect.objectContaining({ name: 'deploy-needs-operator' })] })
  expect(opened?.title).toBe(`staging is unhealthy after the T3 change ${change.slice(0, 7)}`)
  expect(opened?.body).toContain('@ada: the T3 change')
  expect(opened?.body).toMatch(/- fail: .*health/)
  expect(opened?.body).toContain('502')

  await hourly(2)
  expect(await issues()).toEqual([opened])
  serves = true
  await hourly(3)
  const [closed] = await issues()
  expect(closed).toMatchObject({
    number: opened?.number,
    state: 'closed',
    body: expect.stringContaining('healthy again'),
  })
  serves = false
  await hourly(4)
  expect(await issues()).toEqual([opened])
  // Nothing went back, and nothing is verified anew.
  expect(await cluster.read()).toEqual(before)
})

test('a cluster that cannot be looked at is told of, and so is a job that did not come to its end', async () => {
  const order = orderIn(await hear())
  await runInProcess(definition, externalChange, await tell(order, ''))
  const [issue] = await issues()
  expect(issue).toMatchObject({ state: 'open', body: expect.stringContaining('it could not be inspected') })
  await cluster.save({ ...left, down: true })
  await hourly()
  expect((await issues()).map(({ number, body }) => [number, /answer|reach/.test(body)])).toEqual([
    [issue?.number, true],
  ])
})

test('a look whose result did not arrive is neither well nor ill: the job says that it was lost', async () => {
  const order = orderIn(await hear())
  const lost = await tell(order, '')
  const start = { ...lost, inputs: { ...lost.inputs, 'inspect-result': 'success' } }
  const { code, result, log } = await runInProcess(definition, externalChange, start)
  expect([code, result.reason]).toEqual([1, 'result-lost'])
  expect(log).toContain('staging: the job succeeded and its result did not arrive')
  expect(await issues()).toEqual([])
})

test('closed by somebody, it says no more until the cluster was well', async () => {
  await told('ill')
  const [{ number = 0 } = {}] = await issues()
  await deployRepo.as(deployRepo.tokens.ada).rest.issues.update({ ...at, issue_number: number, state: 'closed' })
  await told('ill')
  expect(await issues()).toMatchObject([{ number, state: 'closed' }])
  await told('well')
  await told('ill')
  expect(await issues()).toMatchObject([{ number, state: 'open' }])
})

test('an issue that somebody made to look like it neither stands for it nor is touched', async () => {
  const body = `<!-- lockstep:deploy-watch staging ${change} -->\nIt is nothing.`
  const made = { ...at, title: 'Nothing', body, labels: ['deploy-needs-operator'] }
  const { data } = await deployRepo.as(deployRepo.tokens.ada).rest.issues.create(made)
  await deployRepo.as(deployRepo.tokens.ada).rest.issues.update({ ...at, issue_number: data.number, state: 'closed' })
  await told('ill')
  expect((await issues()).map(({ state }) => state)).toEqual(['open', 'closed'])
})

test('after a day it is over; what is not well by then is looked at until it is', async () => {
  expect((await hear(23)).outputs['soak-clusters']).toBe('["staging"]')
  expect((await hear(25)).result.decision).toBe('skipped')
  expect((await hear(25)).outputs['soak-clusters']).toBeUndefined()
  await told('ill', 23)
  await told('well', 25)
  expect(await issues()).toMatchObject([{ state: 'closed' }])
  expect((await hear(26)).outputs['soak-clusters']).toBeUndefined()
})

test('another deploy ends nothing: the change is there still, and what is there now is looked at', async () => {
  await deployed(await push('small'), '')
  const { deployed: now, ...about } = JSON.parse(orderIn(await hear()))
  expect(about).toEqual({ cluster: 'staging', change })
  expect(now).toMatchObject({ commit: await deployRepo.head(), releases: [{ revision: 3 }] })
  expect((await hourly()).result.message).toBe('staging: healthy.')
})

test('while another deploy is at work what users get says nothing', async () => {
  const order = orderIn(await hear())
  const state = await cluster.read()
  state.releases['staging/meta']?.push({ revision: 3, status: 'pending-upgrade', description: '' })
  await cluster.save(state)
  serves = false
  const { code, result } = await look(order)
  expect([code, result.decision, result.reason]).toEqual([0, 'skipped', 'operation-in-progress'])
  await runInProcess(definition, externalChange, await tell(order, JSON.stringify(result)))
  expect(await issues()).toEqual([])
})

test('a change that went back is watched no more, and what was told of it is closed', async () => {
  await told('ill')
  const gate = deployRepo.as(deployRepo.tokens.gate)
  const { data: records } = await gate.rest.repos.listDeployments({ ...at, sha: change, environment: 'staging' })
  // As the record of a rollback takes it back.
  await gate.rest.repos.createDeploymentStatus({ ...at, deployment_id: records[0]?.id ?? 0, state: 'failure' })
  expect((await hear()).result.decision).toBe('skipped')
  expect(await issues()).toMatchObject([
    { state: 'closed', body: expect.stringContaining('the change is no longer on staging') },
  ])
})

test('only what the gate App recorded is watched', async () => {
  const gate = deployRepo.as(deployRepo.tokens.gate)
  const { data: records } = await gate.rest.repos.listDeployments({ ...at, sha: change, environment: 'staging' })
  await gate.rest.repos.createDeploymentStatus({ ...at, deployment_id: records[0]?.id ?? 0, state: 'failure' })
  await deployRepo.recordSuccess('staging', change, { tier: 'T3' }, deployRepo.tokens.ada)
  expect((await hear()).result.decision).toBe('skipped')
})

test('what is no order of the job before is neither looked at nor told', async () => {
  const order = orderIn(await hear())
  const elsewhere = JSON.stringify({
    ...JSON.parse(order),
    deployed: { ...JSON.parse(order).deployed, cluster: 'primary' },
  })
  for (const wrong of ['{}', 'null', elsewhere]) {
    const commit = await deployRepo.head()
    const inputs = { cluster: 'staging', kubeconfig: cluster.kubeconfig, mode: 'soak', 'deploy-result': wrong }
    const { code, result } = await startAction('smoke-test', { inputs, env: await env(commit) })
    expect([code, result.decision, result.reason]).toEqual([1, 'refused', 'input-invalid'])
  }
  const other = await runInProcess(definition, externalChange, await tell('{}', ''))
  expect([other.code, other.result.reason]).toEqual([1, 'input-invalid'])
  // And with mode `verify`, what is recorded is no deploy of this run.
  const inputs = { mode: 'verify', cluster: 'staging', kubeconfig: cluster.kubeconfig, 'deploy-result': order }
  expect((await startAction('smoke-test', { inputs, env: await env(change) })).result.reason).toBe('input-invalid')
})

test('killed wherever it is, and started again, it leaves the same issue', async () => {
  const order = orderIn(await hear())
  const opening = await killEverywhere(deployRepo.github, 'external-change', await tell(order, seen('ill')))
  expect([opening.different, opening.states]).toEqual([[], 2])
  expect(opening.end).toContain('It is gone.')

  await told('ill')
  const closing = await killEverywhere(deployRepo.github, 'external-change', await tell(order, seen('well')), 'writes')
  expect([closing.different, closing.states]).toEqual([[], 2])
  expect(closing.end).toContain('healthy again')
})

test.each(eachPermissionLess(telling))('without %s the job that tells says so', async (missing, less) => {
  const order = orderIn(await hear())
  expectMissing(
    await runInProcess(definition, externalChange, await tell(order, '', await deployRepo.gateToken(less))),
    missing,
  )
  expect(await issues()).toEqual([])
})
