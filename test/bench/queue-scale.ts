import { performance } from 'node:perf_hooks'
import { execa } from 'execa'
import { queueTools } from '../fixtures/queue-tools.js'
import { type RepositoryPair, startTestGitHub } from '../fixtures/repository-pair.js'
import { type Bench, below } from './figure.js'

const name = 'queue-scale'
const pulls = 1000
/** Those that could be merged now; the others are drafts. */
const ready = 20

/**
 * An upstream with a thousand open pull requests, of which twenty could be merged: what it takes to tell them all that the
 * queue is blocked, and what it takes when nothing has changed since.
 */
export const queueScale: Bench = async () => {
  await using testGitHub = await startTestGitHub()
  await using pair = await testGitHub.repositoryPair()
  const tools = queueTools(pair)
  await tools.verified(pair.firstVersion)
  await openMany(pair)
  // Every draft is told once, as its own events would have done.
  for (let left = pulls; left > 0; left -= 400) await tools.bundle('all')
  // A freeze blocks the queue without a new main, for which the emulator would merge a thousand times.
  const octokit = pair.client(pair.ada.token)
  await octokit.rest.issues.create({ ...pair.deployAt, title: 'Not now', labels: ['deploy-freeze'] })

  const measure = async (): Promise<{ requests: number; seconds: number; written: number }> => {
    const before = pair.github.requests.length
    const begun = performance.now()
    const { outputs, log, code } = await tools.bundle('all')
    const seconds = (performance.now() - begun) / 1000
    if (code !== 0) throw new Error(`deploy-queue failed:\n${log}`)
    return { requests: pair.github.requests.length - before, seconds, written: Number(outputs['statuses-written']) }
  }
  const [shut, again] = [await measure(), await measure()]
  if (shut.written !== ready || again.written !== 0)
    throw new Error(`wrote ${shut.written} and ${again.written} statuses`)
  return [
    below(name, 'requests, a queue that is blocked', shut.requests, 'requests', 60),
    below(name, 'time, a queue that is blocked', shut.seconds, 's', 30),
    below(name, 'requests, nothing changed', again.requests, 'requests', 40),
    below(name, 'time, nothing changed', again.seconds, 's', 20),
  ]
}

/** All branches in one go; the first twenty pull requests are ready to be merged. */
async function openMany({ github, upstreamRepo, upstreamAt, client, ada }: RepositoryPair): Promise<void> {
  const { gitDir } = github.repository(upstreamRepo)
  const { stdout: main } = await execa('git', ['-C', gitDir, 'rev-parse', 'main'])
  const commits = Array.from({ length: pulls }, (_, n) => [
    `commit refs/heads/open-${n}\ncommitter Ada <ada@example.org> 1700000000 +0000\ndata 4\nwork`,
    `from ${main}\nM 100644 inline src/new-${n}.txt\ndata 1\nx\n`,
  ])
  await execa('git', ['-C', gitDir, 'fast-import', '--quiet'], { input: commits.flat().join('\n') })
  for (let n = 0; n < pulls; n++) {
    const pull = { base: 'main', head: `open-${n}`, title: `Open ${n}`, draft: n >= ready }
    await client(ada.token).rest.pulls.create({ ...upstreamAt, ...pull })
  }
}
