import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readBlockedVersion } from '../../shared/blocks/blocked-versions.js'
import type { ActionName, Result } from '../../shared/foundation/result.js'
import { lastSuccess } from '../../shared/records/deployments.js'
import { type ClusterStub, clusterStub } from '../fixtures/cluster-stub.js'
import { at, type DeployRepo, deploy, startDeployRepo } from '../fixtures/deploy-repo.js'
import { type Started, startAction } from '../fixtures/start-action.js'

// Every request is tried four times, with pauses, before GitHub counts as unreachable.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

let deployRepo: DeployRepo
let cluster: ClusterStub
/** What the cluster's public entry says of itself: the version of before, whatever is deployed. */
let entry: Server
let verified: string

beforeAll(async () => {
  entry = createServer((request, response) => {
    response.end(request.url === '/versions' ? JSON.stringify({ hub: deployRepo.versions[0] }) : 'ok')
  })
  await new Promise<void>((resolve) => entry.listen(0, '127.0.0.1', resolve))
  const host = `host: 127.0.0.1:${(entry.address() as AddressInfo).port}\n`
  deployRepo = await startDeployRepo(undefined, {
    clusters: '{ staging: { wave: staging } }',
    files: { 'config/staging.yaml': host },
  })
  deployRepo.github.install(deployRepo.gateApp, 'hub-org/hub')
  cluster = await clusterStub(deployRepo, [{ name: 'meta', namespace: 'staging' }])
  verified = await deployRepo.head()
})
afterAll(async () => {
  entry.close()
  await deployRepo[Symbol.asyncDispose]()
})

async function start(name: ActionName, commit: string, inputs: Record<string, string>, run = '101'): Promise<Started> {
  const about = { GITHUB_RUN_ID: run, PATH: `${cluster.bin}:${process.env.PATH}` }
  return startAction(name, { inputs, env: deployRepo.env(commit, await deployRepo.checkout(commit), about) })
}

test('GitHub goes away after the failure: the cluster is back all the same, and the paperwork follows on the next run', async () => {
  const { github, tokens } = deployRepo
  const onCluster = { cluster: 'staging', kubeconfig: cluster.kubeconfig }
  const gate = { token: tokens.gate, 'upstream-token': tokens.gate, wait: '0s' }
  const smoke = (commit: string, deployed: Result) =>
    start('smoke-test', commit, {
      ...{ mode: 'verify', ...onCluster },
      ...{ 'deploy-result': JSON.stringify(deployed), 'rollout-timeout': '1s' },
    })
  const recorded = (commit: string, deployed: Result, tested: Result) =>
    start('helm-deploy', commit, {
      ...{ mode: 'record', cluster: 'staging', token: tokens.gate },
      ...{ 'deploy-result': JSON.stringify(deployed), 'smoke-result': JSON.stringify(tested) },
    })
  const issues = async (labels: string) =>
    (await deployRepo.as(tokens.ada).rest.issues.listForRepo({ ...at, labels, state: 'open' })).data

  const bump = await deployRepo.open(await deployRepo.bump(deployRepo.versions[1] ?? ''))
  await deployRepo.check(bump)
  const commit = await deployRepo.merge(bump)
  const plan = JSON.stringify({
    ...{ schema: 1, run: '101/1', commit },
    clusters: [{ name: 'staging', from: verified }],
  })
  const deployed = await start('helm-deploy', commit, { mode: 'deploy', ...onCluster, token: tokens.job, plan })
  const failed = await smoke(commit, deployed.result)
  expect(failed.result).toMatchObject({ decision: 'not-verified', reason: 'smoke-failed' })
  await recorded(commit, deployed.result, failed.result)

  github.faults.next({ kind: 'status', status: 503, times: 1_000 })
  const jobs = JSON.stringify({
    plan: { result: 'success', outputs: { staging: '["staging"]' } },
    staging: { result: 'failure', outputs: { failure: failed.outputs.result } },
  })
  const back = await start('rollback', commit, { mode: 'cluster', ...onCluster, token: tokens.job, needs: jobs })
  expect([back.code, back.result]).toMatchObject([0, { decision: 'rolled-back', commit: verified }])
  const tested = await smoke(commit, back.result)
  expect(tested.result).toMatchObject({ decision: 'verified', commit: verified })
  expect(await cluster.verifiedOf('staging/meta')).toMatchObject({ commit: verified, revision: 3 })
  const paper = await Promise.all([
    recorded(commit, back.result, tested.result),
    start('rollback', commit, { mode: 'revert', ...gate }),
  ])
  for (const { code, result } of paper) expect([code, result.reason]).toEqual([1, 'github-unreachable'])

  github.faults.clear()
  expect(await issues('deploy-blocked-version')).toEqual([])
  const settled = await start('rollback', commit, { mode: 'reconcile', ...gate, 'actions-token': tokens.job }, '300')
  expect(settled.result.decision).toBe('updated')
  const [hold] = await issues('deploy-blocked-version')
  expect(readBlockedVersion(hold?.body)).toMatchObject({
    component: 'hub',
    version: deployRepo.versions[1],
    run: '101/1',
  })
  const { data: reverts } = await deployRepo.as(tokens.ada).rest.pulls.list({ ...at, state: 'open' })
  expect(reverts.map(({ labels }) => labels.map(({ name }) => name))).toEqual([['deploy-revert']])

  // Whoever runs the red jobs of that run again has the records follow as well.
  expect((await recorded(commit, back.result, tested.result)).result.decision).toBe('recorded')
  const place = { github: deployRepo.as(tokens.gate) as never, repo: deploy, gateBot: deployRepo.gateBot }
  expect(await lastSuccess(place, 'staging')).toMatchObject({ commit: verified, run: '101/1' })
})
