import { execa } from 'execa'
import { readIsolation } from '../../rehearsal/isolate/inside.js'
import { startAction } from '../fixtures/start-action.js'
import { type BenchRelease, startRelease } from './deploy-release.js'
import { type Bench, type Figure, medianOf } from './figure.js'
import { insideOnly } from './inside-only.js'
import { seconds } from './seconds.js'

const rounds = 5
const limits = { times: 1.15, more: 1 }

/**
 * One changed value: helm-deploy (dist) on one namespace, and plain `helm upgrade --install --wait` of the same chart, its
 * dependencies there already, on another of the same cluster; in turn. Allowed are 1.15 times or 1 s more.
 */
export const deployOverhead: Bench = async () => {
  if (!readIsolation()) return insideOnly('deploy-overhead')
  return [...(await measure(3)), ...(await measure(4))]
}

async function measure(major: 3 | 4): Promise<Figure[]> {
  await using release = await startRelease(major)
  const [plain, lockstep]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    const { commit, workspace } = await release.change(`round-${round}`)
    plain.push(await seconds(() => upgrade(release, workspace)))
    lockstep.push(await seconds(() => deploy(release, commit, workspace)))
  }
  const [bare, ours] = [medianOf(plain), medianOf(lockstep)]
  const ok = ours / bare <= limits.times || ours - bare <= limits.more
  const goal = `<= ${limits.times} times, or ${limits.more} s more`
  const figure = `Helm ${major}: ${ours.toFixed(2)} s, plain ${bare.toFixed(2)} s`
  return [
    { bench: 'deploy-overhead', figure, value: Number((ours / bare).toFixed(3)), unit: 'times plain Helm', goal, ok },
  ]
}

const upgrade = (release: BenchRelease, workspace: string): Promise<unknown> =>
  execa(release.helm, release.arguments('primary', workspace), { env: release.env })

async function deploy(
  { deployRepo, kubeconfig, env, verified }: BenchRelease,
  commit: string,
  workspace: string,
): Promise<void> {
  const plan = JSON.stringify({ schema: 1, run: '100/1', commit, clusters: [{ name: 'staging', from: verified }] })
  const inputs = { mode: 'deploy', cluster: 'staging', kubeconfig, token: deployRepo.tokens.job, plan }
  const { result, log } = await startAction('helm-deploy', { inputs, env: deployRepo.env(commit, workspace, env) })
  if (result.decision !== 'deployed') throw new Error(`helm-deploy deployed nothing:\n${log}`)
}
