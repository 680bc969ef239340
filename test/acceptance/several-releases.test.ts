import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Result } from '../../shared/foundation/result.js'
import { verifiedName } from '../../shared/records/verified.js'
import { type Cluster, type ClusterStub, clusterStub } from '../fixtures/cluster-stub.js'
import { type DeployRepo, startDeployRepo } from '../fixtures/deploy-repo.js'
import { type Started, startAction } from '../fixtures/start-action.js'

const [meta, monitor] = ['staging/meta', 'monitoring/monitor']
let deployRepo: DeployRepo
let entry: Server
let cluster: ClusterStub
let run = 100

// Many programs are started one after the other.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

beforeAll(async () => {
  entry = createServer((request, response) => {
    response.end(request.url === '/versions' ? JSON.stringify({ hub: deployRepo.versions[0] }) : 'ok')
  })
  await new Promise<void>((resolve) => entry.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(entry.address() as AddressInfo).port}`
  deployRepo = await startDeployRepo(undefined, {
    clusters: '{ staging: { wave: staging } }',
    releases: '  monitor: { chart: monitor, namespace: monitoring, values: ["config/monitor.yaml"] }\n',
    files: {
      'monitor/Chart.yaml': 'apiVersion: v2\nname: monitor\nversion: 0.0.1\n',
      // The host is in the values of the second release only.
      'config/staging.yaml': 'greeting: first\n',
      'config/monitor.yaml': `host: ${host}\nlevel: first\n`,
    },
  })
  cluster = await clusterStub(deployRepo, [
    { name: 'meta', namespace: 'staging' },
    { name: 'monitor', namespace: 'monitoring' },
  ])
})
afterAll(async () => {
  entry.close()
  await deployRepo[Symbol.asyncDispose]()
})

const read = () => cluster.read()
const save = (state: Cluster) => cluster.save(state)
const verifiedOf = (key: string) => cluster.verifiedOf(key)
const done = (work: () => Promise<unknown>) => cluster.done(work)

async function env(commit: string): Promise<Record<string, string>> {
  const about = { GITHUB_RUN_ID: String(run), PATH: `${cluster.bin}:${process.env.PATH}` }
  return deployRepo.env(commit, await deployRepo.checkout(commit), about)
}

async function deploy(commit: string): Promise<Started> {
  const clusters = [{ name: 'staging', from: commit }]
  const plan = JSON.stringify({ schema: 1, run: `${run}/1`, commit, clusters })
  const inputs = {
    mode: 'deploy',
    cluster: 'staging',
    kubeconfig: cluster.kubeconfig,
    token: deployRepo.tokens.job,
    plan,
  }
  return startAction('helm-deploy', { inputs, env: await env(commit) })
}

async function rollBack(commit: string): Promise<Started> {
  const inputs = { mode: 'cluster', cluster: 'staging', kubeconfig: cluster.kubeconfig, token: deployRepo.tokens.job }
  return startAction('rollback', { inputs, env: await env(commit) })
}

async function smokeTest(result: Result): Promise<Started> {
  const inputs = {
    mode: 'verify',
    cluster: 'staging',
    kubeconfig: cluster.kubeconfig,
    'deploy-result': JSON.stringify(result),
    'rollout-timeout': '20s',
  }
  return startAction('smoke-test', { inputs, env: await env(result.commit) })
}

async function record(commit: string, result: Result, smoke?: Result): Promise<Started> {
  const inputs = {
    mode: 'record',
    cluster: 'staging',
    token: deployRepo.tokens.gate,
    'deploy-result': JSON.stringify(result),
  }
  return startAction('helm-deploy', {
    inputs: { ...inputs, ...(smoke ? { 'smoke-result': JSON.stringify(smoke) } : {}) },
    env: await env(commit),
  })
}

const change = (name: string, text: string): Promise<string> =>
  deployRepo.push({ [`config/${name}.yaml`]: `${text}\n` })

/** The commit that is verified on the cluster as a whole. */
let good: string

test('both are deployed in order, tested, verified and recorded together', async () => {
  run++
  good = await change('staging', 'greeting: second')
  let deployed: Started | undefined
  expect(
    await done(async () => {
      deployed = await deploy(good)
    }),
  ).toEqual([`upgrade ${meta}`, `upgrade ${monitor}`])
  expect(deployed?.log).toContain('Deployed to staging: meta revision 2, monitor revision 2.')
  const result = deployed?.result as Result
  expect(result).toMatchObject({
    decision: 'deployed',
    releases: [
      { name: 'meta', namespace: 'staging', revision: 2, identity: { namespaceUid: 'uid of staging' } },
      { name: 'monitor', namespace: 'monitoring', revision: 2, identity: { namespaceUid: 'uid of monitoring' } },
    ],
  })

  const smoke = await smokeTest(result)
  expect(smoke.result.message).toContain('meta revision 2, monitor revision 2 is verified')
  for (const key of [meta, monitor]) {
    expect(await verifiedOf(key)).toMatchObject({ revision: 2, commit: good, previous: { revision: 1 } })
  }
  expect((await record(good, result, smoke.result)).log).toContain('Recorded as success')
})

test('a release that did not change is left alone', async () => {
  run++
  const commit = await deployRepo.push({ 'config/monitor.yaml': (await monitorValues()).replace('first', 'second') })
  let result: Result | undefined
  expect(
    await done(async () => {
      result = (await deploy(commit)).result
    }),
  ).toEqual([`upgrade ${monitor}`])
  expect(result).toMatchObject({ decision: 'deployed', releases: [{ revision: 2 }, { revision: 3 }] })
  const smoke = await smokeTest(result as Result)
  await record(commit, result as Result, smoke.result)
  expect(await deploy(commit)).toMatchObject({ outputs: { changed: 'false' }, result: { decision: 'unchanged' } })
  good = commit
})

test('a smoke test that was cut off while it wrote what is verified ends the same when it is run again', async () => {
  run++
  const commit = await change('staging', 'greeting: third')
  const { result } = await deploy(commit)
  const smoke = await smokeTest(result)
  const after = await read()
  const cutOff = structuredClone(after)
  const key = `monitoring/${verifiedName('monitor')}`
  const now = JSON.parse(cutOff.configMaps[key]?.data['verified'] ?? '')
  cutOff.configMaps[key] = { data: { verified: JSON.stringify(now.previous) } }
  await save(cutOff)

  const again = await smokeTest(result)
  expect(again.result.releases).toEqual(smoke.result.releases)
  const times = /"at\\":\\"[^"]*"/g
  expect(JSON.stringify((await read()).configMaps).replace(times, '')).toBe(
    JSON.stringify(after.configMaps).replace(times, ''),
  )
  // The records know nothing of it yet: the next run goes back with both, not with one.
  await save(cutOff)
  run++
  const next = await change('staging', 'greeting: fourth')
  await save({ ...(await read()), broken: { [meta]: 'UPGRADE FAILED: timed out waiting for the condition' } })
  await record(next, (await deploy(next)).result)
  const back = await rollBack(next)
  expect(back.result).toMatchObject({
    decision: 'rolled-back',
    commit: good,
    releases: [{ name: 'meta' }, { name: 'monitor', revision: 3 }],
  })
  expect((await read()).releases[meta]?.at(-1)).toMatchObject({ description: 'Rollback to 2' })
  await save({ ...(await read()), broken: {} })
  const smokeAfter = await smokeTest(back.result)
  expect((await record(next, back.result, smokeAfter.result)).log).toContain('and verified')
})

test('the second one fails: the first is told and both go back, the last first; run again, nothing twice', async () => {
  run++
  const commit = await deployRepo.push({
    'config/staging.yaml': 'greeting: fifth\n',
    'config/monitor.yaml': (await monitorValues()).replace('second', 'third'),
  })
  await save({ ...(await read()), broken: { [monitor]: 'UPGRADE FAILED: timed out waiting for the condition' } })
  const failed = await deploy(commit)
  expect([failed.code, failed.result]).toMatchObject([
    1,
    { decision: 'failed', reason: 'unhealthy', message: expect.stringMatching(/^monitor: /) },
  ])
  expect(failed.result.releases?.map(({ name }) => name)).toEqual(['meta', 'monitor'])
  await record(commit, failed.result)

  await save({ ...(await read()), broken: {} })
  let back: Started | undefined
  expect(
    await done(async () => {
      back = await rollBack(commit)
    }),
  ).toEqual([`rollback ${monitor}`, `rollback ${meta}`])
  expect(back?.result).toMatchObject({ decision: 'rolled-back', commit: good })
  expect(await done(() => rollBack(commit))).toEqual([])

  const smoke = await smokeTest(back?.result as Result)
  expect((await record(commit, back?.result as Result, smoke.result)).log).toContain('and verified')
  expect(await verifiedOf(monitor)).toMatchObject({ commit: good })
})

test('the first one fails: what comes after it is not touched, and stays when the cluster goes back', async () => {
  run++
  const commit = await deployRepo.push({
    'config/staging.yaml': 'greeting: sixth\n',
    'config/monitor.yaml': (await monitorValues()).replace('third', 'fourth'),
  })
  await save({ ...(await read()), broken: { [meta]: 'UPGRADE FAILED: timed out waiting for the condition' } })
  const failed = await deploy(commit)
  expect(failed.result).toMatchObject({ decision: 'failed', releases: [{ name: 'meta' }] })
  expect(failed.summary).toContain('monitor was not touched, because an earlier release failed')
  await record(commit, failed.result)

  await save({ ...(await read()), broken: {} })
  expect(await done(() => rollBack(commit))).toEqual([`rollback ${meta}`])
})

test('what refuses the second one once the first was brought is told with what is there', async () => {
  run++
  const commit = await deployRepo.push({
    'config/staging.yaml': 'greeting: more\n',
    'config/monitor.yaml': (await monitorValues()).replace(/level: .*/, 'level: more'),
  })
  await save({ ...(await read()), readOnly: 'monitoring' })
  const { code, result } = await deploy(commit)
  const { readOnly: _, ...writable } = await read()
  await save(writable)
  expect([code, result]).toMatchObject([
    1,
    { decision: 'failed', reason: 'missing-permission', message: expect.stringMatching(/^monitor: /) },
  ])
  expect(result.releases).toMatchObject([{ name: 'meta' }])
})

test('what stands against the second one keeps the first from being touched', async () => {
  run++
  const commit = await change('staging', 'greeting: seventh')
  const state = await read()
  const [last] = state.releases[monitor]?.slice(-1) ?? []
  state.releases[monitor]?.push({ revision: (last?.revision ?? 0) + 1, status: 'pending-upgrade', description: '' })
  await save(state)
  const before = (await read()).releases[meta]?.length

  expect((await deploy(commit)).result).toMatchObject({ decision: 'refused', reason: 'operation-in-progress' })
  expect((await read()).releases[meta]).toHaveLength(before ?? -1)
})

const monitorValues = async (): Promise<string> =>
  readFile(join(await deployRepo.checkout(await deployRepo.head()), 'config/monitor.yaml'), 'utf8')
