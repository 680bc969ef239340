import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { makeTenant, removeTenant } from '../../rehearsal/cluster/tenant.js'
import type { Result } from '../../shared/foundation/result.js'
import { parseVerified } from '../../shared/records/verified.js'
import { type DeployRepo, startDeployRepo } from '../fixtures/deploy-repo.js'
import { pushImage, sleepingChart } from '../fixtures/deploy-site.js'
import {
  type NamespaceCluster,
  programsFor,
  publicEntry,
  startNamespaceCluster,
  theCluster,
} from '../fixtures/namespace-cluster.js'
import { type Started, startAction } from '../fixtures/start-action.js'

const image = `${inject('registry')}/sleep-monitor:1`
let deployRepo: DeployRepo
let place: NamespaceCluster
let entry: Awaited<ReturnType<typeof publicEntry>>
let adopted: string

/** Staging with a second release in a namespace of its own; both as somebody installed them by hand. */
beforeAll(async () => {
  await pushImage(image)
  entry = await publicEntry()
  const monitor = Object.entries(sleepingChart(image)).map(([path, text]) => [`monitor/${path}`, text])
  deployRepo = await startDeployRepo(() => sleepingChart(image), {
    timeout: '10s',
    releases: '  monitor: { chart: monitor, namespace: monitoring, values: ["config/monitor.yaml"], timeout: 10s }\n',
    files: {
      ...Object.fromEntries(monitor),
      'monitor/Chart.yaml': 'apiVersion: v2\nname: monitor\nversion: 0.0.1\n',
      'config/staging.yaml': 'hub: { greeting: first }\n',
      'config/monitor.yaml': `host: ${entry.host}\ngreeting: first\n`,
    },
  })
  entry.body = JSON.stringify({ hub: deployRepo.versions[0] })
  adopted = await deployRepo.head()
  const path = await programsFor(deployRepo.dir, 4)
  place = await startNamespaceCluster(deployRepo, { name: 'staging', major: 4, path, verified: adopted })
  await makeTenant(theCluster(), 'monitoring')
  await kubectl('create', 'rolebinding', 'staging', '--role=deployer', '--serviceaccount=staging:deployer')
  const reader = ['clusterrolebinding', 'staging-reads-monitoring']
  await kubectl('create', ...reader, '--clusterrole=deployer-monitoring', '--serviceaccount=staging:deployer')

  await place.upgrade(adopted)
  const workspace = await deployRepo.checkout(adopted)
  const values = ['--values', join(workspace, 'config/monitor.yaml'), '--wait', '--timeout', '60s']
  await helm('install', 'monitor', join(workspace, 'monitor'), ...values)
})
afterAll(async () => {
  await kubectl('delete', 'clusterrolebinding', 'staging-reads-monitoring')
  await removeTenant(theCluster(), 'monitoring')
  await place[Symbol.asyncDispose]()
  await deployRepo[Symbol.asyncDispose]()
  entry.close()
})

/** In the second namespace, as whoever may do everything. */
const admin = async (program: string, args: string[]): Promise<string> =>
  (await execa(program, ['--namespace', 'monitoring', ...args], { env: { KUBECONFIG: theCluster().kubeconfig } }))
    .stdout
const kubectl = (...args: string[]): Promise<string> => admin(inject('tools').kubectl, args)
const helm = (...args: string[]): Promise<string> => admin(inject('tools').helm4, args)

async function revisions(): Promise<string[]> {
  const histories = [
    await place.helm('history', 'meta', '--output', 'json'),
    await helm('history', 'monitor', '--output', 'json'),
  ]
  return histories.map((text) => {
    const last = JSON.parse(text).at(-1)
    return `${last.revision} ${last.status} ${last.description}`
  })
}

async function verified(): Promise<unknown[]> {
  const monitoring = await kubectl('get', 'configmap', 'lockstep-monitor', '--output', 'json')
  return [parseVerified(await place.tool.get('configmap', 'lockstep-meta')), parseVerified(JSON.parse(monitoring))]
}

async function expectGood(started: Promise<Started>): Promise<Result> {
  const { code, result, log } = await started
  expect({ code, log: code === 0 ? '' : log }).toEqual({ code: 0, log: '' })
  return result
}

/** The smoke test of what was deployed, or brought back, and the record of both. */
async function testAndRecord(deployed: Result, commit: string): Promise<void> {
  const smoke = await expectGood(startAction('smoke-test', await place.starts.smoke(deployed)))
  const { inputs, env = {} } = await place.starts.record(deployed, smoke)
  const [run = ''] = deployed.run.split('/')
  await expectGood(startAction('helm-deploy', { inputs, env: { ...env, GITHUB_SHA: commit, GITHUB_RUN_ID: run } }))
}

test('two releases are adopted together', async () => {
  const result = await expectGood(startAction('helm-deploy', await place.starts.adopt(adopted)))
  expect(result).toMatchObject({
    decision: 'adopted',
    releases: [
      { name: 'meta', namespace: 'staging', revision: 1 },
      { name: 'monitor', namespace: 'monitoring', revision: 1 },
    ],
  })
  const [first, second] = result.releases ?? []
  expect(first?.identity.ca).toBe(second?.identity.ca)
  expect(first?.identity.namespaceUid).not.toBe(second?.identity.namespaceUid)
  await testAndRecord(result, adopted)
  expect(await verified()).toMatchObject([
    { release: 'meta', revision: 1, commit: adopted },
    { release: 'monitor', namespace: 'monitoring', revision: 1, commit: adopted },
  ])
})

test('the second one fails: both go back', async () => {
  const commit = await deployRepo.push({
    'config/staging.yaml': 'hub: { greeting: second }\n',
    'config/monitor.yaml': `host: ${entry.host}\ngreeting: second\nimage: ${inject('registry')}/nothing:1\n`,
  })
  const failed = await startAction('helm-deploy', await place.starts.deploy(commit, '101'))
  expect(failed.result).toMatchObject({
    decision: 'failed',
    reason: 'unhealthy',
    message: expect.stringMatching(/^monitor: .*image/i),
    releases: [
      { name: 'meta', revision: 2 },
      { name: 'monitor', revision: 2 },
    ],
  })
  const { inputs, env = {} } = await place.starts.record(failed.result, failed.result)
  await expectGood(
    startAction('helm-deploy', { inputs: { ...inputs, 'smoke-result': '' }, env: { ...env, GITHUB_RUN_ID: '101' } }),
  )

  const back = await expectGood(startAction('rollback', await place.starts.rollback(commit, '101')))
  expect(back).toMatchObject({ decision: 'rolled-back', commit: adopted })
  expect(await revisions()).toEqual(['3 deployed Rollback to 1', '3 deployed Rollback to 1'])
  await testAndRecord(back, commit)
  expect(await verified()).toMatchObject([
    { revision: 3, commit: adopted },
    { revision: 3, commit: adopted },
  ])
})

test('a change of the second one alone leaves the first alone', async () => {
  const commit = await deployRepo.push({
    'config/staging.yaml': 'hub: { greeting: first }\n',
    'config/monitor.yaml': `host: ${entry.host}\ngreeting: third\n`,
  })
  const result = await expectGood(startAction('helm-deploy', await place.starts.deploy(commit, '102')))
  expect(result).toMatchObject({ decision: 'deployed', releases: [{ revision: 3 }, { revision: 4 }] })
  expect(
    await kubectl('get', 'deployment', 'web', '--output', 'jsonpath={.spec.template.metadata.annotations}'),
  ).toContain('third')
})
