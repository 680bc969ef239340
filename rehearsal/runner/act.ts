import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { outermostProcesses, processesOf, signalAll } from './processes.js'

/** One job for act, as plain data. */
export interface ActJob {
  /** Path of the program act. */
  act: string
  /** An empty directory of the job's own, mode 0700; the caller removes it. */
  dir: string
  /** A workflow with one job. */
  workflow: string
  event: string
  payload: unknown
  actor: string
  defaultBranch: string
  secrets: Record<string, string>
  variables: Record<string, string>
  /** The `GITHUB_*` facts of the run. */
  facts: Record<string, string>
  /** `owner/name@ref` to a directory. */
  actions: Record<string, string>
  /** All that the steps get from this machine: PATH and what the caller adds. HOME is the job's own. */
  environment: Record<string, string>
  /** Marks the job's processes, so that they can be found and ended. */
  trackingId: string
  onLine(line: string): void
  signal: AbortSignal
}

/**
 * Runs the job's steps; what they did is in the lines.
 *
 * Cancelling is as on GitHub: the running step gets SIGINT, after 7.5 s SIGTERM, after 2.5 s more it is killed; steps with
 * `if: always()` and post steps still run then. Nothing that a step started outlives the job.
 */
export async function runAct(job: ActJob): Promise<void> {
  const files = await writeFiles(job)
  const child = spawn(job.act, arguments_(job, files), {
    cwd: files.workspace,
    env: { ...job.environment, HOME: files.home, XDG_CACHE_HOME: files.cache },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its own group: a Ctrl-C at the terminal reaches the rehearsal alone, which then cancels in order.
    detached: true,
  })
  const over = new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve())
  })
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', job.onLine)

  const stopped = new AbortController()
  const cancel = (): void =>
    void cancelStep(
      job.trackingId,
      () => child.kill('SIGINT'),
      () => child.kill('SIGKILL'),
      stopped.signal,
    )
  if (job.signal.aborted) cancel()
  job.signal.addEventListener('abort', cancel, { once: true })
  try {
    await over
  } finally {
    stopped.abort()
    job.signal.removeEventListener('abort', cancel)
    signalAll(await processesOf(job.trackingId), 'SIGKILL')
  }
}

interface Files {
  workspace: string
  home: string
  cache: string
  workflow: string
  event: string
  secrets: string
  variables: string
  facts: string
}

async function writeFiles(job: ActJob): Promise<Files> {
  const at = (name: string): string => join(job.dir, name)
  const files: Files = {
    workspace: at('workspace'),
    home: at('home'),
    cache: at('cache'),
    workflow: at('workflow.yml'),
    event: at('event.json'),
    // act reads a .yml file as a map: the one of its formats in which keys and kubeconfigs keep their lines.
    secrets: at('secrets.yml'),
    variables: at('variables.yml'),
    facts: at('facts.yml'),
  }
  await Promise.all([files.workspace, files.home, files.cache].map((dir) => mkdir(dir)))
  const write = (file: string, value: unknown): Promise<void> => writeFile(file, JSON.stringify(value), { mode: 0o600 })
  await Promise.all([
    writeFile(files.workflow, job.workflow),
    write(files.event, job.payload),
    write(files.secrets, job.secrets),
    write(files.variables, job.variables),
    write(files.facts, { ...job.facts, RUNNER_TRACKING_ID: job.trackingId }),
  ])
  return files
}

function arguments_(job: ActJob, files: Files): string[] {
  const local = Object.entries(job.actions).flatMap(([name, dir]) => ['--local-repository', `${name}=${dir}`])
  return [
    job.event,
    ...['--directory', files.workspace, '--workflows', files.workflow, '--eventpath', files.event],
    ...[
      '--secret-file',
      files.secrets,
      '--var-file',
      files.variables,
      '--env-file',
      files.facts,
      '--input-file',
      '/dev/null',
    ],
    ...['--platform', 'ubuntu-latest=-self-hosted', '--no-cache-server', '--action-cache-path', files.cache],
    // Its own faked checkout copies a work tree and knows neither `ref` nor `path`; and it masks however short a secret is.
    ...['--no-skip-checkout', '--insecure-secrets', '--json', '--rm', '--pull=false'],
    ...['--actor', job.actor, '--defaultbranch', job.defaultBranch],
    ...local,
  ]
}

const patience = { interrupt: 7_500, terminate: 2_500, rest: 5 * 60_000 }

/** GitHub's way to end a step, then the job; `over` aborts when the job has ended meanwhile. */
async function cancelStep(
  trackingId: string,
  endJob: () => void,
  killJob: () => void,
  over: AbortSignal,
): Promise<void> {
  const step = await processesOf(trackingId)
  const stepEnds = async (): Promise<boolean> => {
    const alive = await processesOf(trackingId)
    return !step.some(({ pid }) => alive.some((other) => other.pid === pid))
  }
  signalAll(outermostProcesses(step), 'SIGINT')
  if (!(await within(patience.interrupt, over, stepEnds))) signalAll(outermostProcesses(step), 'SIGTERM')
  if (!(await within(patience.terminate, over, stepEnds))) signalAll(await processesOf(trackingId), 'SIGKILL')
  if (over.aborted) return
  // From here on act starts only what is meant to run after a cancellation.
  endJob()
  if (!(await within(patience.rest, over, async () => false))) killJob()
}

/** Whether something is so, or the job is over, before the time (in milliseconds) is up. */
async function within(milliseconds: number, over: AbortSignal, isSo: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + milliseconds
  while (Date.now() < deadline) {
    if (over.aborted || (await isSo())) return true
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return over.aborted
}
