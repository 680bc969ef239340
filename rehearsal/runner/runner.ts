import { delimiter, dirname, join } from 'node:path'
import type { Emulator, JobReport, RepositoryEvent, WorkflowRun } from '../github/types.js'
import { slimActions } from './actions.js'
import type { Entry } from './concurrency.js'
import { type Contexts, interpolateText } from './expression.js'
import { groupPlaces } from './group-places.js'
import { wishOf } from './in-group.js'
import type { Unsettled } from './jobs.js'
import type { MachineParts } from './machine.js'
import { executeRun, refusedRun, runContexts, type Ticket } from './run.js'
import { runnerSlots } from './slots.js'
import { startsWorkflow } from './trigger-match.js'
import { startsOf, type WorkflowStart, workflowFilesAt } from './triggers.js'
import { parseWorkflow, type WorkflowFile } from './workflow.js'

export interface RunnerOptions {
  emulator: Emulator
  /** For the jobs' files; each job removes its own. */
  dir: string
  /** `path`: directories that steps find their programs in, before the system's own. */
  tools: { act: string; path?: string[] }
  /** `owner/name@ref`, or `owner/name` for every ref, to a directory that stands in for that action's repository. */
  actions: Record<string, string>
  /** What steps get from this machine beside PATH and a HOME of their own: nothing else leaks into them. */
  env?: Record<string, string>
  unsettled?: Unsettled
  /** Told of every run and job that is queued, starts or ends. `run` is the emulator's own, and changes as it goes on. */
  onRun?: (run: WorkflowRun, change: RunnerNews) => void
}

export type RunnerNews =
  | { kind: 'run-queued' | 'run-started' | 'run-ended' }
  | { kind: 'job-started' | 'job-ended'; job: JobReport }

export interface Runner extends AsyncDisposable {
  /** Resolves when nothing is queued, in progress or waiting for a reviewer, and no event is being looked at. */
  idle(): Promise<void>
  cancel(runId: number): void
}

/** A machine this size runs so many jobs at once. */
const jobsAtOnce = 3

/** What GitHub Actions is to the emulator: its events start workflows, queued by their concurrency groups, run by act. */
export function startRunner(options: RunnerOptions): Runner {
  const { emulator } = options
  const tickets = new Map<number, Ticket>()
  // Whatever ended may be started again.
  const ended = new Map<number, Ticket>()
  const machine: MachineParts = {
    emulator,
    dir: join(options.dir, 'jobs'),
    act: options.tools.act,
    environment: { ...options.env, PATH: searchPath(options) },
    actions: slimActions(options.actions, join(options.dir, 'actions')),
    admit: runnerSlots(jobsAtOnce),
    unsettled: options.unsettled,
  }
  const tell = options.onRun ?? (() => {})
  const waiting: { resolve: () => void; reject: (error: Error) => void }[] = []
  const groups = groupPlaces()
  let listening = true
  let broken: Error | undefined
  // Events are looked at one after the other, so that runs queue in the order in which things happened.
  let looking = Promise.resolve()
  let toLookAt = 0

  function settle(): void {
    if (broken) for (const { reject } of waiting.splice(0)) reject(broken)
    if (toLookAt > 0 || tickets.size > 0) return
    for (const { resolve } of waiting.splice(0)) resolve()
  }

  /** The runner itself failed, not a workflow: whoever waits for it must hear of that, and not wait for ever. */
  function giveUp(error: unknown): void {
    broken = error instanceof Error ? error : new Error(String(error))
    settle()
  }

  function onEvent(event: RepositoryEvent): void {
    if (!listening) return
    toLookAt += 1
    looking = looking
      .then(() => look(event))
      .catch(giveUp)
      .finally(() => {
        toLookAt -= 1
        settle()
      })
  }

  async function look(event: RepositoryEvent): Promise<void> {
    const { gitDir, defaultBranch, forkOf, disabledWorkflows = [] } = emulator.repository(event.repo)
    if (forkOf !== undefined) return
    for (const start of await startsOf(event, gitDir, defaultBranch)) {
      for (const { path, content } of await workflowFilesAt(gitDir, start.sha)) {
        if (disabledWorkflows.includes(path)) continue
        const workflow = readWorkflow(path, content, start)
        if (workflow && startsWorkflow(workflow, start.occasion)) enqueue(workflow, start)
      }
    }
  }

  function readWorkflow(path: string, content: string, start: WorkflowStart): WorkflowFile | undefined {
    try {
      return parseWorkflow(path, content)
    } catch (error) {
      // GitHub shows a broken file as a failed run of a push; of another event one cannot say that it was meant.
      if (start.occasion.event === 'push' || content.includes(start.occasion.event)) fail(path, start, String(error))
      return undefined
    }
  }

  function fail(path: string, start: WorkflowStart, reason: string): void {
    const run = newRun(path, path, start)
    end(run, 'failure', [refusedRun(path, `Invalid workflow file: ${reason}`)])
  }

  function newRun(path: string, name: string, start: WorkflowStart): WorkflowRun {
    const { repo, occasion, headRepo, headBranch, headSha, actor, pullRequests, title = name } = start
    const at = { headRepo, headBranch, headSha, actor, triggeringActor: actor, pullRequests }
    const run = emulator.startRun({ repo, workflow: path, name, title, event: occasion.event, ...at })
    tell(run, { kind: 'run-queued' })
    return run
  }

  function enqueue(workflow: WorkflowFile, start: WorkflowStart): void {
    const run = newRun(workflow.path, workflow.title, start)
    const ticket = { run, start, workflow, stop: new AbortController() }
    if (!start.needsApproval) {
      queue(ticket)
      return
    }
    ended.set(run.id, ticket)
    emulator.updateRun(run.id, { status: 'completed', conclusion: 'action_required' })
    tell(run, { kind: 'run-ended' })
  }

  function queue(ticket: Ticket): void {
    const { run, start, workflow } = ticket
    try {
      const contexts = runContexts(ticket, emulator.repository(start.repo), emulator.url)
      const title = interpolateText(workflow['run-name'] ?? '', contexts)
      if (title !== '') emulator.updateRun(run.id, { title })
      const entry = entryOf(ticket, contexts)
      tickets.set(run.id, ticket)
      groups.arrive(entry, { start: () => void work(ticket).catch(giveUp), cancel: () => cancel(run.id) })
    } catch (error) {
      end(run, 'failure', [refusedRun(workflow.path, String(error))])
    }
  }

  /** The next attempt of a run, or one that was approved: the same event, commit and workflow file. */
  function rerun(id: number, onlyFailed: boolean): void {
    const ticket = ended.get(id)
    if (!ticket) return
    tell(ticket.run, { kind: 'run-queued' })
    const { outcomes, before: _, ...same } = ticket
    const before = onlyFailed && outcomes ? { before: outcomes } : {}
    queue({ ...same, ...before, stop: new AbortController() })
  }

  async function work(ticket: Ticket): Promise<void> {
    const { run, workflow } = ticket
    emulator.updateRun(run.id, { status: 'in_progress' })
    tell(run, { kind: 'run-started' })
    const begun = new Set<string>()
    const report = (job: JobReport): void => {
      emulator.updateRun(run.id, { jobs: [job] })
      if (job.status === 'completed') tell(run, { kind: 'job-ended', job })
      else if (job.status === 'in_progress' && !begun.has(job.name)) {
        begun.add(job.name)
        tell(run, { kind: 'job-started', job })
      }
    }
    try {
      const { result } = await executeRun(ticket, machine, report, (name, wish, signal) =>
        groups.enter(`${holderOf(run)} ${name}`, { ...wish, group: `${run.repo} ${wish.group}` }, signal),
      )
      end(run, result, [])
    } catch (error) {
      end(run, 'failure', [refusedRun(workflow.path, String(error))])
    }
  }

  function end(run: WorkflowRun, conclusion: string, jobs: JobReport[]): void {
    // The group is free before anybody hears of the end: listeners may ask for more.
    const next = groups.leave(holderOf(run))
    const ticket = tickets.get(run.id)
    if (ticket) ended.set(run.id, ticket)
    tickets.delete(run.id)
    emulator.updateRun(run.id, { status: 'completed', conclusion, jobs })
    tell(run, { kind: 'run-ended' })
    next()
    settle()
  }

  function cancel(id: number): void {
    const ticket = tickets.get(id)
    if (!ticket) return
    if (isRunning(id)) ticket.stop.abort()
    else end(ticket.run, 'cancelled', [])
  }

  const isRunning = (id: number): boolean => groups.holds(holderOf({ id }))

  const unhear = [emulator.onEvent(onEvent), emulator.onCancel(cancel), emulator.onRerun(rerun)]
  const idle = (): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject })
      settle()
    })
  return {
    idle,
    cancel,
    async [Symbol.asyncDispose]() {
      listening = false
      for (const stop of unhear) stop()
      await looking
      // Those that wait first: else the end of one would start the next.
      const running = [...tickets.keys()].filter(isRunning)
      for (const id of [...tickets.keys()].filter((one) => !running.includes(one))) cancel(id)
      for (const id of running) cancel(id)
      if (!broken) await idle()
    },
  }
}

const holderOf = ({ id }: Pick<WorkflowRun, 'id'>): string => `run ${id}`

function entryOf({ run, start, workflow }: Ticket, contexts: Contexts): Entry {
  const wanted = workflow.concurrency
  const holder = holderOf(run)
  if (!wanted) return { holder, group: undefined, queue: 'single', cancelInProgress: false }
  const wish = wishOf(wanted, contexts)
  return { ...wish, holder, group: `${start.repo} ${wish.group}` }
}

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

// The node that runs this runs the actions, whatever version they name.
const searchPath = ({ tools, env }: RunnerOptions): string =>
  [...(tools.path ?? []), dirname(process.execPath), env?.PATH ?? systemPath].join(delimiter)
