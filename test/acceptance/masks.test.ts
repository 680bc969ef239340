import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { stringify } from 'yaml'
import { decodeOutput } from '../../shared/foundation/encoded.js'
import { parseResult } from '../../shared/foundation/result.js'
import { type ClusterStub, clusterStub } from '../fixtures/cluster-stub.js'
import { at, type DeployRepo, startDeployRepo } from '../fixtures/deploy-repo.js'
import { jobOutputs } from '../fixtures/job-outputs.js'
import { kubeconfigSecretsInThem } from '../fixtures/kubeconfigs.js'
import { type Started, startAction } from '../fixtures/start-action.js'

// Many programs are started one after the other.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

const host = 'kubernetes.staging.hub-organisation.example.org'
const { token, password, pem, keyData, keyLine } = kubeconfigSecretsInThem
let deployRepo: DeployRepo
let cluster: ClusterStub
let entry: Server
let run = 100
/** The stand-in's kubeconfig, with names as people have them and every kind of secret. */
let data: Record<string, unknown>

beforeAll(async () => {
  entry = createServer((request, response) => {
    response.end(request.url === '/versions' ? JSON.stringify({ hub: deployRepo.versions[0] }) : 'ok')
  })
  await new Promise<void>((resolve) => entry.listen(0, '127.0.0.1', resolve))
  deployRepo = await startDeployRepo(undefined, {
    clusters: '{ staging: { wave: staging } }',
    files: { 'config/staging.yaml': `host: 127.0.0.1:${(entry.address() as AddressInfo).port}\n` },
  })
  cluster = await clusterStub(deployRepo, [{ name: 'meta', namespace: 'staging' }])
  const known = JSON.parse(cluster.kubeconfig)
  data = {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'staging' },
    contexts: [{ name: 'staging', context: { cluster: 'staging', namespace: 'staging', user: 'meta' } }],
    clusters: [{ name: 'staging', cluster: { ...known.clusters[0].cluster, server: `https://${host}` } }],
    users: [{ name: 'meta', user: { token, password, 'client-key-data': keyData } }],
  }
})
afterAll(async () => {
  entry.close()
  await deployRepo[Symbol.asyncDispose]()
})

const shapes: Record<string, () => string> = {
  YAML: () => stringify(data),
  'YAML with odd indentation': () => `---\n${stringify(data, { indent: 5, lineWidth: 40 })}`,
  'YAML in flow style': () => stringify(data, { collectionStyle: 'flow', lineWidth: 50 }),
  'JSON in one line': () => JSON.stringify(data),
  'pretty-printed JSON': () => JSON.stringify(data, undefined, 2),
}

async function start(
  name: 'helm-deploy' | 'smoke-test',
  commit: string,
  inputs: Record<string, string>,
): Promise<Started> {
  const about = { GITHUB_RUN_ID: String(run), PATH: `${cluster.bin}:${process.env.PATH}` }
  return startAction(name, {
    inputs: { cluster: 'staging', ...inputs },
    env: deployRepo.env(commit, await deployRepo.checkout(commit), about),
  })
}

async function deployed(commit: string, kubeconfig: string): Promise<Started> {
  const plan = JSON.stringify({
    ...{ schema: 1, run: `${run}/1`, commit },
    clusters: [{ name: 'staging', from: commit }],
  })
  return start('helm-deploy', commit, { mode: 'deploy', kubeconfig, token: deployRepo.tokens.job, plan })
}

const record = (commit: string, inputs: Record<string, string>): Promise<Started> =>
  start('helm-deploy', commit, { mode: 'record', token: deployRepo.tokens.gate, ...inputs })

const newCommit = (): Promise<string> => deployRepo.push({ 'config/common.yaml': `hub: { greeting: "${++run}" }\n` })

async function recorded(commit: string): Promise<{ state: string | undefined; reason: unknown }[]> {
  const { rest } = deployRepo.as(deployRepo.tokens.ada)
  const { data: all } = await rest.repos.listDeployments({ ...at, environment: 'staging', sha: commit })
  return Promise.all(
    all.map(async ({ id, payload }) => {
      const { data: states } = await rest.repos.listDeploymentStatuses({ ...at, deployment_id: id })
      return { state: states[0]?.state, reason: (payload as { reason?: string }).reason }
    }),
  )
}

test.each(Object.keys(shapes))('with a kubeconfig as %s a deploy is tested, verified and recorded', async (shape) => {
  const kubeconfig = shapes[shape]?.() ?? ''
  // Another secret of the job, which no step of ours knows.
  const others = [deployRepo.tokens.job, JSON.stringify({ type: 'service_account' }, undefined, 2), 'true']
  const commit = await newCommit()

  const there = await deployed(commit, kubeconfig)
  expect(there.result).toMatchObject({ decision: 'deployed', cluster: 'staging' })
  const smokeSecrets = { secrets: 'MAIL_PASSWORD: admin\nLONG: correct-horse' }
  const inputs = {
    ...{ mode: 'verify', kubeconfig, 'deploy-result': there.outputs.result ?? '' },
    ...{ 'rollout-timeout': '20s', ...smokeSecrets },
  }
  const tested = await start('smoke-test', commit, inputs)
  expect(tested.result).toMatchObject({ decision: 'verified', verdict: 'pass' })
  expect(tested.log).toContain('MAIL_PASSWORD in the input "secrets"')

  const [passedOn, smoke] = [there, tested].map((one) => jobOutputs(one, [kubeconfig, smokeSecrets.secrets, ...others]))
  expect(parseResult(passedOn?.['encoded-result'] ?? '')).toEqual(there.result)
  expect(passedOn?.changed).toBeUndefined() // one of the job's secrets is the word "true"
  await record(commit, {
    'deploy-result': passedOn?.['encoded-result'] ?? '',
    'smoke-result': smoke?.['encoded-result'] ?? '',
    needs: JSON.stringify({ deploy: { result: 'success', outputs: {} } }),
  })
  expect(await recorded(commit)).toEqual([{ state: 'success', reason: undefined }])
})

test('what Helm says is freed of secrets in every output, and names and addresses stay', async () => {
  const commit = await newCommit()
  const state = await cluster.read()
  const said = `staging/meta at ${host}: ${token} ${password} ${keyLine} ${pem} was refused for meta`
  await cluster.save({ ...state, broken: { 'staging/meta': said } })
  const failed = await deployed(commit, JSON.stringify(data, undefined, 2))
  await cluster.save({ ...(await cluster.read()), broken: {} })

  expect(failed.result.decision).toBe('failed')
  for (const text of [failed.outputs.result ?? '', decodeOutput(failed.outputs['encoded-result'] ?? '')]) {
    expect(text).toContain(host)
    expect(text).toContain('"cluster":"staging"')
    for (const secret of [
      token,
      password,
      keyData,
      ...pem.split('\n').filter((line) => line.length > 20 && !line.startsWith('-')),
    ])
      expect(text).not.toContain(secret)
  }
})

test.each<[string, string, string]>([
  ['success', 'result-lost', 'the job succeeded and its result did not arrive'],
  ['failure', 'cancelled', 'failed, and its result did not arrive'],
  ['cancelled', 'cancelled', 'was interrupted'],
])('of a job that ended with %s and says nothing is recorded: %s', async (result, reason, message) => {
  const commit = await newCommit()
  const jobs = JSON.stringify({ deploy: { result, outputs: {} } })
  const first = await record(commit, { needs: jobs })
  expect(first.result.message).toContain(message)
  // The next wave must not start; of what failed, the deploy job itself says so.
  expect(first.code).toBe(reason === 'result-lost' ? 1 : 0)
  expect((await record(commit, { needs: jobs })).result.reason).toBe('up-to-date')
  expect(await recorded(commit)).toEqual([{ state: 'failure', reason }])
})

test('a rollback that succeeded and says nothing is lost as well', async () => {
  const commit = await newCommit()
  const jobs = JSON.stringify({ rollback: { result: 'success', outputs: {} } })
  const { code, log } = await record(commit, { needs: jobs })
  expect(code).toBe(1)
  expect(log).toContain('encoded-result')
  expect(await recorded(commit)).toEqual([{ state: 'failure', reason: 'result-lost' }])
})
