import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { startTestGitHub } from '../fixtures/repository-pair.js'
import { startAction } from '../fixtures/start-action.js'
import { type Bench, below, medianOf } from './figure.js'

const rounds = 7
const name = 'bump-requests'

/**
 * One merge upstream to one pull request in the deploy repo, by the bundle against the emulator. Renovate takes 15
 * requests, 3.5 s and 440 MiB for a bump with its pull request, cold, on the machine where both were measured.
 */
export const bumpRequests: Bench = async () => {
  const dir = await mkdtemp(join(tmpdir(), 'lockstep-bench-'))
  await using testGitHub = await startTestGitHub()
  try {
    const [requests, seconds, mebibytes]: [number[], number[], number[]] = [[], [], []]
    for (let round = 0; round < rounds; round++) {
      const memory = join(dir, String(round))
      await using pair = await testGitHub.repositoryPair()
      const { commit, merge } = await pair.merge(pair.ada)
      pair.publish(commit)
      const start = await pair.starts.bump(merge)
      const measured = {
        NODE_OPTIONS: `--import=${join(import.meta.dirname, 'peak-memory.js')}`,
        PEAK_MEMORY_FILE: memory,
      }
      const before = pair.github.requests.length
      const begun = performance.now()
      const { outputs, log } = await startAction('open-bump-pr', { ...start, env: { ...start.env, ...measured } })
      seconds.push((performance.now() - begun) / 1000)
      requests.push(pair.github.requests.length - before)
      mebibytes.push(Number(await readFile(memory, 'utf8')) / 1024)
      if (outputs['pull-request-operation'] !== 'created') throw new Error(`open-bump-pr opened nothing:\n${log}`)
    }
    return [
      below(name, 'requests to GitHub', medianOf(requests), 'requests', 16),
      below(name, 'time', medianOf(seconds), 's', 1),
      below(name, 'peak memory', medianOf(mebibytes), 'MiB', 150),
    ]
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
