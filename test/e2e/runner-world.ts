import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { inject } from 'vitest'
import { startGitHub } from '../../rehearsal/github/server.js'
import type { Emulator, User, WorkflowJob, WorkflowRun } from '../../rehearsal/github/types.js'
import { projectRoot } from '../../rehearsal/root.js'
import type { Unsettled } from '../../rehearsal/runner/jobs.js'
import { type Runner, startRunner } from '../../rehearsal/runner/runner.js'

export const repo = 'team/service'

export interface RunnerWorld extends AsyncDisposable {
  emulator: Emulator
  runner: Runner
  ada: User
  /** Every run so far, oldest first; they change as they go on. */
  runs: WorkflowRun[]
  /** `run-started 1`, `run-ended 1`, ...: the number counts the runs of its workflow. */
  history: string[]
  /** Commits files on top of main and pushes them to a branch. */
  push(branch: string, files: Record<string, string>): Promise<void>
  /** A REST call as ada. */
  call(method: string, path: string, body?: unknown): Promise<unknown>
}

/** A repository with these files on an emulator whose events start its workflows. */
export async function runnerWorld(
  files: Record<string, string>,
  actions: Record<string, string> = {},
  unsettled: Unsettled = {},
): Promise<RunnerWorld> {
  const dir = await mkdtemp(join(tmpdir(), 'runner-'))
  const folder = async (name: string): Promise<string> => {
    await mkdir(join(dir, name))
    return join(dir, name)
  }
  const emulator = await startGitHub({ dir: await folder('github') })
  const ada = emulator.createUser('ada')
  await emulator.createRepository({ repo, files, collaborators: { ada: 'admin' }, author: 'ada' })
  const runs: WorkflowRun[] = []
  const history: string[] = []
  const stub = (name: string): string => join(projectRoot, 'rehearsal/stubs', name)
  const runner = startRunner({
    emulator,
    dir: await folder('runs'),
    tools: { act: inject('tools').act },
    actions: {
      'actions/checkout': stub('checkout'),
      'actions/create-github-app-token': stub('create-github-app-token'),
      'actions/upload-artifact': stub('upload-artifact'),
      'actions/download-artifact': stub('download-artifact'),
      ...actions,
    },
    unsettled,
    onRun: (run, { kind }) => {
      if (kind === 'run-queued') runs.push(run)
      history.push(`${kind} ${run.number}`)
    },
  })

  const clone = join(dir, 'clone')
  const remote = `${emulator.url.replace('//', `//ada:${ada.token}@`)}/${repo}.git`
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=ada', '-c', 'user.email=ada@example.org', ...args], { cwd: clone })
  await execa('git', ['clone', '--quiet', remote, clone])

  return {
    emulator,
    runner,
    ada,
    runs,
    history,
    async push(branch, changes) {
      await git('fetch', '--quiet', 'origin', 'main')
      await git('checkout', '--quiet', '-B', branch, 'origin/main')
      for (const [path, content] of Object.entries(changes)) {
        await mkdir(dirname(join(clone, path)), { recursive: true })
        await writeFile(join(clone, path), content)
      }
      await git('add', '--all')
      await git('commit', '--quiet', '--message', `change ${Object.keys(changes).join(', ')}`)
      await git('push', '--quiet', 'origin', branch)
    },
    async call(method, path, body) {
      const headers = { authorization: `Bearer ${ada.token}`, 'content-type': 'application/json' }
      const init = body === undefined ? {} : { body: JSON.stringify(body) }
      const response = await fetch(`${emulator.url}${path}`, { method, headers, ...init })
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
      return response.status === 204 ? undefined : response.json()
    },
    async [Symbol.asyncDispose]() {
      await runner[Symbol.asyncDispose]()
      await emulator[Symbol.asyncDispose]()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** `{ 'plan': 'success', 'wave (a) / deploy': 'failure' }` */
export const conclusions = (run: WorkflowRun | undefined): Record<string, string | null> =>
  Object.fromEntries((run?.jobs ?? []).map(({ name, conclusion }) => [name, conclusion]))

export function jobOf(run: WorkflowRun | undefined, name: string): WorkflowJob {
  const job = run?.jobs.find((one) => one.name === name)
  if (!job) throw new Error(`No job "${name}" among: ${run?.jobs.map((one) => one.name).join(', ')}`)
  return job
}
