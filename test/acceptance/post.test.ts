import { mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { pollUntil } from '../../rehearsal/cluster/poll.js'
import { at } from '../fixtures/deploy-repo.js'
import { startFailedDeploy } from '../fixtures/failed-deploy.js'
import { startAction } from '../fixtures/start-action.js'

const dist = process.env.LOCKSTEP_DIST ?? 'dist'

/** The step after the job, as the runner starts it: the same bundle, with the state that was saved. */
async function post(name: string, temp: string, more: Record<string, string> = {}): Promise<string> {
  const env = {
    PATH: process.env.PATH ?? '',
    STATE_started: 'true',
    RUNNER_TEMP: temp,
    GITHUB_ACTIONS: 'true',
    ...more,
  }
  const { all } = await execa('node', [`${dist}/${name}.js`], { all: true, extendEnv: false, env })
  return all
}

const kubeconfig = `current-context: here
contexts: [{ name: here, context: { cluster: c, user: u } }]
clusters: [{ name: c, cluster: { server: https://127.0.0.1:1 } }]
users: [{ name: u, user: { token: a-very-secret-token-of-this-cluster } }]
`

/** A Helm as with a cluster that swallows packets; it ends with whoever started it. */
const neverAnswers = `#!${process.execPath}\nsetInterval(() => process.stdout.write('.'), 50)\n`

test.each(['helm-deploy', 'rollback'] as const)(
  '%s: killed while it holds credentials, it leaves a file that only its user reads, and the step after the job none',
  async (name) => {
    await using failed = await startFailedDeploy()
    const { deployRepo, commit, verified, runKey } = failed
    await failed.recordFailure()
    const [temp, path] = [join(deployRepo.dir, 'temp'), join(deployRepo.dir, 'path')]
    await Promise.all([mkdir(temp), mkdir(path)])
    await symlink(process.execPath, join(path, 'node'))
    await writeFile(join(path, 'helm'), neverAnswers, { mode: 0o755 })
    const plan = { schema: 1, run: runKey, commit, clusters: [{ name: 'staging', from: verified }] }
    const work = name === 'rollback' ? { mode: 'cluster' } : { mode: 'deploy', plan: JSON.stringify(plan) }
    const env = { PATH: path, RUNNER_TEMP: temp, GITHUB_RUN_ID: runKey.split('/')[0] ?? '' }

    let kill = (): void => {}
    const killed = startAction(
      name,
      {
        inputs: { ...work, cluster: 'staging', kubeconfig, token: deployRepo.tokens.job },
        env: deployRepo.env(commit, await deployRepo.checkout(commit), env),
      },
      (ends) => {
        kill = ends
      },
    )
    killed.catch(() => undefined)
    const folder = async () => (await readdir(temp)).find((one) => one.startsWith('lockstep-kube-'))
    const config = async () => stat(join(temp, (await folder()) ?? '', 'config')).catch(() => undefined)
    await pollUntil(async () => (await config()) !== undefined, { deadline: 60_000, every: 20 })
    expect(((await config())?.mode ?? 0) & 0o777).toBe(0o600)
    kill()
    await expect(killed).rejects.toThrow('set no result')
    expect(await folder()).toBeDefined()

    const log = await post(name, temp)
    expect(log).toContain('that a killed step left')
    expect(log).not.toContain('secret')
    expect(await readdir(temp)).toEqual([])
  },
)

test('tokens that an action makes from an App’s key are masked, shown nowhere, and end with the job', async () => {
  await using failed = await startFailedDeploy()
  await failed.recordFailure()
  const { deployRepo } = failed
  const start = await failed.starts.git({
    ...{ 'app-id': String(deployRepo.gateApp), 'app-key': deployRepo.gateKey, token: '', 'upstream-token': '' },
  })

  const { result, log, outputs, summary, state } = await startAction('rollback', start)
  expect(result).toMatchObject({ decision: 'reverted', reason: 'revert-pending' })
  expect(log).toContain('Issue upstream')
  const tokens = (state.tokens ?? '').split(' ')
  // One for the deploy repo, one for the upstream repository.
  expect(tokens).toHaveLength(2)
  for (const token of tokens) {
    expect(log.split('\n').filter((line) => line.includes(token))).toEqual([`::add-mask::${token}`])
    expect(JSON.stringify(outputs) + summary).not.toContain(token)
  }

  const read = (token: string) =>
    deployRepo
      .as(token)
      .rest.repos.get(at)
      .then(({ status }) => status)
  expect(await read(tokens[0] ?? '')).toBe(200)
  const more = { STATE_tokens: tokens.join(' '), GITHUB_API_URL: deployRepo.github.url }
  expect(await post('rollback', deployRepo.dir, more)).not.toContain('could not be revoked')
  for (const token of tokens) await expect(read(token)).rejects.toMatchObject({ status: 401 })
  // A step that is repeated finds nothing to end, and that is no failure.
  await post('rollback', deployRepo.dir, more)
})
