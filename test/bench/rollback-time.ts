import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { execa } from 'execa'
import { readIsolation } from '../../rehearsal/isolate/inside.js'
import { writeRecord } from '../../shared/records/deployments.js'
import { deploy } from '../fixtures/deploy-repo.js'
import { startAction } from '../fixtures/start-action.js'
import { type BenchRelease, startRelease } from './deploy-release.js'
import { type Bench, type Figure, medianOf } from './figure.js'
import { insideOnly } from './inside-only.js'
import { seconds } from './seconds.js'

const rounds = 5
const limit = 2

/**
 * From a failed verdict to a restored service that is verified: `rollback` and `smoke-test` (dist) on one namespace, and plain
 * `helm rollback --wait` of the same chart on another of the same cluster; in turn. Records, hold and revert are not in it.
 */
export const rollbackTime: Bench = async () => {
  if (!readIsolation()) return insideOnly('rollback-time')
  return [...(await measure(3)), ...(await measure(4))]
}

async function measure(major: 3 | 4): Promise<Figure[]> {
  let version = ''
  const server = createServer((request, response) =>
    response.end(request.url === '/versions' ? JSON.stringify({ hub: version }) : 'ok'),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  await using release = await startRelease(major, host)
  version = release.deployRepo.versions[0] ?? ''

  const [plain, back, tested]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round < rounds; round++) {
    const { commit, workspace } = await release.change(`bad-${round}`)
    for (const name of ['staging', 'primary']) {
      await execa(release.helm, release.arguments(name, workspace), { env: release.env })
    }
    plain.push(await seconds(() => helmRollback(release)))
    const ours = await lockstep(release, commit, workspace, 200 + round)
    back.push(ours.back)
    tested.push(ours.tested)
  }
  server.close()
  const ours = medianOf(back.map((time, index) => time + (tested[index] ?? 0)))
  const [bare, parts] = [
    medianOf(plain),
    `rollback ${medianOf(back).toFixed(2)} s, smoke test ${medianOf(tested).toFixed(2)} s`,
  ]
  return [
    {
      bench: 'rollback-time',
      figure: `Helm ${major}: ${ours.toFixed(2)} s (${parts}), plain ${bare.toFixed(2)} s`,
      value: Number((ours / bare).toFixed(3)),
      unit: 'times helm rollback --wait',
      goal: `<= ${limit}`,
      ok: ours / bare <= limit,
    },
  ]
}

const helmRollback = ({ helm, env }: BenchRelease): Promise<unknown> =>
  execa(helm, ['rollback', 'meta', '1', '--namespace', 'primary', '--wait', '--timeout', '2m'], { env })

async function lockstep(
  { deployRepo, kubeconfig, env: machine }: BenchRelease,
  commit: string,
  workspace: string,
  run: number,
): Promise<{ back: number; tested: number }> {
  await writeRecord(
    { github: deployRepo.as(deployRepo.tokens.gate) as never, repo: deploy, gateBot: deployRepo.gateBot },
    {
      ...{ schema: 1, cluster: 'staging', run: `${run}/1`, commit, releases: [], reason: 'smoke-failed' },
      ...{
        outcome: 'failure',
        logUrl: deployRepo.github.url,
        environmentUrl: undefined,
        description: 'it does not serve',
      },
    },
  )
  const env = deployRepo.env(commit, workspace, { ...machine, GITHUB_RUN_ID: String(run) })
  const inputs = { mode: 'cluster', cluster: 'staging', kubeconfig, token: deployRepo.tokens.job }
  let result = ''
  const back = await seconds(async () => {
    const started = await startAction('rollback', { inputs, env })
    if (started.result.decision !== 'rolled-back') throw new Error(`Nothing was rolled back:\n${started.log}`)
    result = JSON.stringify(started.result)
  })
  const tested = await seconds(async () => {
    const started = await startAction('smoke-test', {
      inputs: { mode: 'verify', cluster: 'staging', kubeconfig, 'deploy-result': result },
      env,
    })
    if (started.result.decision !== 'verified') throw new Error(`It was not verified:\n${started.log}`)
  })
  return { back, tested }
}
