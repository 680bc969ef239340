import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { startStage } from '../acceptance/code-lane.js'
import { startAction } from '../acceptance/start-action.js'
import { type Bench, below, medianOf } from './figure.js'

const rounds = 7
const name = 'bump-requests'

/**
 * One merge upstream to one pull request in the deploy repo, by the bundle against the emulator. Renovate takes 15
 * requests, 3.5 s and 440 MiB for a bump with its pull request, cold, on the machine where both were measured.
 */
export const bumpRequests: Bench = async () => {
  const dir = await mkdtemp(join(tmpdir(), 'lockstep-bench-'))
  await using stage = await startStage()
  try {
    const [requests, seconds, mebibytes]: [number[], number[], number[]] = [[], [], []]
    for (let round = 0; round < rounds; round++) {
      const memory = join(dir, String(round))
      await using lane = await stage.lane()
      const { commit, merge } = await lane.merge(lane.ada)
      lane.publish(commit)
      const start = await lane.starts.bump(merge)
      const measured = {
        NODE_OPTIONS: `--import=${join(import.meta.dirname, 'peak-memory.js')}`,
        PEAK_MEMORY_FILE: memory,
      }
      const before = lane.github.requests.length
      const begun = performance.now()
      const { outputs, log } = await startAction('open-bump-pr', { ...start, env: { ...start.env, ...measured } })
      seconds.push((performance.now() - begun) / 1000)
      requests.push(lane.github.requests.length - before)
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
