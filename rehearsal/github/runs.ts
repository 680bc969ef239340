import { actionsApp, findAccount } from './accounts.js'
import { isByJob } from './approvals.js'
import { emitCheck } from './check-events.js'
import type { App } from './identities.js'
import { emitOnDefaultBranch } from './issues.js'
import { workflowId, workflowRunShape } from './rest/run-shapes.js'
import type { Repo, State } from './state.js'
import type { NewRun, RunChange, WorkflowJob, WorkflowRun } from './types.js'

/** Stores a queued run, and says that it was requested. */
export function startRun(state: State, repo: Repo, fresh: NewRun): WorkflowRun {
  const at = state.now()
  const run: WorkflowRun = {
    attempt: 1,
    triggeringActor: fresh.actor,
    pullRequests: [],
    headRepo: fresh.repo,
    title: fresh.name,
    ...fresh,
    id: state.nextId(),
    number: repo.runs.filter((one) => one.workflow === fresh.workflow).length + 1,
    status: 'queued',
    conclusion: null,
    jobs: [],
    createdAt: at,
    updatedAt: at,
    startedAt: null,
  }
  repo.runs.push(run)
  emitRun(state, repo, run, 'requested')
  return run
}

/**
 * Queues all jobs of a run that is over once more, or those that failed and whatever needs them, as its next attempt. Those of the attempt before stay on as check runs.
 * GitHub sends no `requested` for it (A30).
 */
export function runAgain(state: State, run: WorkflowRun, triggeringActor: string, onlyFailed = false): void {
  const updatedAt = state.now()
  const fresh: Partial<WorkflowRun> = { status: 'queued', conclusion: null, jobs: [], startedAt: null }
  Object.assign(run, { ...fresh, attempt: run.attempt + 1, triggeringActor, updatedAt })
  for (const listener of state.rerunListeners) listener(run.id, onlyFailed)
}

/** Lets a run go that waits for somebody's approval: the same attempt. */
export function approveRun(state: State, run: WorkflowRun): void {
  Object.assign(run, { status: 'queued', conclusion: null, updatedAt: state.now() })
  for (const listener of state.rerunListeners) listener(run.id, false)
}

export function findRun(state: State, id: number): { repo: Repo; run: WorkflowRun } | undefined {
  for (const repo of state.repos.values()) {
    const run = repo.runs.find((one) => one.id === id)
    if (run) return { repo, run }
  }
  return undefined
}

/** Applies a report of the dispatcher. Jobs come first, so that whoever hears `completed` sees how they ended. */
export function updateRun(state: State, id: number, change: RunChange): void {
  const place = findRun(state, id)
  if (!place) throw new Error(`There is no run ${id}.`)
  const { repo, run } = place
  run.updatedAt = state.now()
  for (const report of change.jobs ?? []) {
    const job = run.jobs.find((one) => one.name === report.name) ?? addJob(state, run, report.name)
    // Ids are given here, whatever a report brings with it.
    Object.assign(job, report, { id: job.id })
    if (job.status !== 'queued' && job.status !== 'waiting') job.startedAt ??= state.now()
    if (job.status === 'completed') job.completedAt ??= state.now()
    showCheck(state, repo, run, job)
  }
  run.title = change.title ?? run.title
  if (change.conclusion !== undefined) run.conclusion = change.conclusion
  const status = change.status ?? run.status
  if (status === run.status) return
  run.status = status
  if (status !== 'queued') run.startedAt ??= state.now()
  // A2: whether GitHub calls a run completed that waits for an approval is open.
  const isHeld = run.conclusion === 'action_required' && repo.heldRunsComplete !== true
  if (status !== 'queued' && !isHeld) emitRun(state, repo, run, status)
}

function addJob(state: State, run: WorkflowRun, name: string): WorkflowJob {
  const job: WorkflowJob = {
    id: state.nextId(),
    name,
    status: 'queued',
    conclusion: null,
    steps: [],
    log: '',
    startedAt: null,
    completedAt: null,
  }
  run.jobs.push(job)
  return job
}

/** A job is a check run of the app `github-actions`, under the job's own id. */
function showCheck(state: State, repo: Repo, run: WorkflowRun, job: WorkflowJob): void {
  const app = state.apps.get(actionsApp.id) as App
  const check = {
    id: job.id,
    app,
    suite: run.id,
    name: job.name,
    headSha: run.headSha,
    externalId: '',
    detailsUrl: `${state.url}/${repo.fullName}/actions/runs/${run.id}/job/${job.id}`,
    status: job.status,
    conclusion: job.conclusion,
    startedAt: job.startedAt ?? run.createdAt,
    completedAt: job.completedAt,
    output: { title: null, summary: null, text: null, annotations: [] },
  }
  const existing = repo.checks.find((one) => one.id === job.id)
  const before = existing?.status
  if (existing) Object.assign(existing, check)
  else repo.checks.push(check)
  emitCheck(state, repo, undefined, existing ?? check, before)
}

function emitRun(state: State, repo: Repo, run: WorkflowRun, action: string): void {
  const actor = findAccount(state, run.triggeringActor) ?? { login: run.triggeringActor, id: 0, type: 'User' as const }
  const payload = {
    workflow_run: workflowRunShape(state, repo, run),
    workflow: { id: workflowId(run.workflow), name: run.name, path: run.workflow, state: 'active' },
  }
  emitOnDefaultBranch(state, repo, undefined, 'workflow_run', action, payload, { actor, silent: isByJob(run) })
}
