import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { waitForTurn } from '../../actions/helm-deploy/release/turn.js'
import { connectGitHub } from '../../shared/github/client.js'
import { type DeployRepo, deploy, startDeployRepo } from '../fixtures/deploy-repo.js'
import { startAction } from '../fixtures/start-action.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

// A13: GitHub may start all clusters of a wave at once, whatever max-parallel says.
const names = ['one', 'two', 'three']
let deployRepo: DeployRepo

beforeAll(async () => {
  deployRepo = await startDeployRepo(undefined, {
    clusters: '{ staging: { wave: staging }, one: { wave: rest }, two: { wave: rest }, three: { wave: rest } }',
    files: Object.fromEntries(names.map((name) => [`config/${name}.yaml`, 'host: 127.0.0.1:1\n'])),
  })
})
afterAll(() => deployRepo[Symbol.asyncDispose]())

const newCommit = (): Promise<string> => deployRepo.push({ 'README.md': `${++commits}\n` })
let commits = 0

const planOf = (commit: string): string =>
  JSON.stringify({
    ...{ schema: 1, run: '100/1', commit },
    clusters: ['staging', ...names].map((name) => ({ name, from: commit })),
  })

const verified = (cluster: string, commit: string, run = '100/1') => deployRepo.recordSuccess(cluster, commit, { run })

/** A dangerous change comes to a cluster while `meanwhile` happens, look by look. */
async function turnOf(name: string, commit: string, ...meanwhile: (() => Promise<unknown>)[]): Promise<number> {
  const lines: string[] = []
  const log = {
    info: (line: string) => lines.push(line),
    warning: () => {},
    group: <T>(_: string, body: () => T) => body(),
  }
  const run = { id: 100, attempt: 1, sha: commit, repository: deploy, apiUrl: deployRepo.github.url }
  let [looks, now] = [0, 0]
  const clock = {
    now: () => new Date(now),
    sleep: async (milliseconds: number) => {
      now += milliseconds
      await meanwhile[looks++]?.()
    },
  }
  const clusters = [{ name: 'staging', wave: 'staging' }, ...names.map((one) => ({ name: one, wave: 'rest' }))]
  await waitForTurn({
    ...{ cluster: clusters.find((one) => one.name === name), plan: planOf(commit) },
    ...{
      policy: { clusters, apps: { gate: { id: deployRepo.gateApp, bot: deployRepo.gateBot } } },
      world: { run, log, clock },
    },
    github: connectGitHub(deployRepo.tokens.job, run as never, log as never),
  } as never)
  expect(lines).toHaveLength(looks)
  return looks
}

test('started all at once, each waits for those before it in its wave; other waves and attempts do not count', async () => {
  const commit = await newCommit()
  for (const name of names) await verified(name, commit, '100/2')
  expect(await turnOf('staging', commit)).toBe(0)
  expect(await turnOf('one', commit)).toBe(0)
  expect(
    await turnOf(
      'two',
      commit,
      async () => {},
      () => verified('one', commit),
    ),
  ).toBe(2)
  expect(await turnOf('three', commit, () => verified('two', commit))).toBe(1)
  expect(await turnOf('three', commit)).toBe(0)
})

test('one that does not end is not waited for without end', async () => {
  await expect(turnOf('two', await newCommit())).rejects.toThrow('one has not finished. Nothing was changed here.')
})

test('after one that failed, nothing is touched on the next, whose job says why and what to do', async () => {
  const commit = await newCommit()
  const jobs = JSON.stringify({ deploy: { result: 'failure', outputs: {} } })
  const env = async () => deployRepo.env(commit, await deployRepo.checkout(commit), { PATH: deployRepo.noTools })
  await startAction('helm-deploy', {
    inputs: { mode: 'record', cluster: 'one', token: deployRepo.tokens.gate, needs: jobs },
    env: await env(),
  })
  const inputs = {
    mode: 'deploy',
    cluster: 'two',
    kubeconfig: '{}',
    token: deployRepo.tokens.job,
    plan: planOf(commit),
  }
  const dangerous = await startAction('helm-deploy', { inputs: { ...inputs, tier: 'T3' }, env: await env() })
  expect(dangerous.result).toMatchObject({
    decision: 'refused',
    reason: 'earlier-cluster',
    message: expect.stringContaining('it failed on one'),
  })
  expect(dangerous.log).toContain('re-run all jobs')
  // Others of a wave go side by side.
  const other = await startAction('helm-deploy', { inputs: { ...inputs, tier: 'T2' }, env: await env() })
  expect(other.result.reason).not.toBe('earlier-cluster')
})
