import { z } from 'zod'
import { randomToken } from '../accounts.js'
import { conflictError, foundOr404, notFound, Refusal, unprocessableError } from '../errors.js'
import { emitEvent } from '../events.js'
import { readRef, resolveCommit } from '../git.js'
import { listTree } from '../git-commits.js'
import { emitOnDefaultBranch } from '../issues.js'
import { approveRun, runAgain } from '../runs.js'
import type { WorkflowJob, WorkflowRun } from '../types.js'
import {
  acceptedReply,
  type Call,
  createdReply,
  type Handlers,
  listIn,
  noContent,
  numberParam,
  okReply,
  type Reply,
  readBody,
} from './call.js'
import { jobShape, workflowId, workflowRunShape } from './run-shapes.js'

export const actionHandlers = {
  'actions/list-workflow-runs-for-repo': (call) => runs(call, call.repo.runs),

  'actions/list-workflow-runs': async (call) => {
    const path = await workflowPath(call)
    return runs(
      call,
      call.repo.runs.filter((run) => run.workflow === path),
    )
  },

  'actions/get-workflow-run': (call) => okReply(workflowRunShape(call.state, call.repo, runOf(call))),

  'actions/list-jobs-for-workflow-run': (call) => {
    const run = runOf(call)
    return listIn(call, 'jobs', run.jobs, (job) => jobShape(call.state, call.repo, run, job))
  },

  'actions/get-job-for-workflow-run': (call) => {
    const { run, job } = jobOf(call)
    return okReply(jobShape(call.state, call.repo, run, job))
  },

  // The log lies elsewhere, at an address that is secret instead of asking for a token.
  'actions/download-job-logs-for-workflow-run': (call) => {
    const { job } = jobOf(call)
    const secret = randomToken('log')
    call.state.logs.set(secret, job)
    return { status: 302, headers: { location: `${call.state.url}/_logs/${secret}` } }
  },

  'actions/cancel-workflow-run': (call) => {
    const run = runOf(call)
    if (run.status === 'completed') throw conflictError('Cannot cancel a workflow run that is completed.')
    for (const listener of call.state.cancelListeners) listener(run.id)
    return acceptedReply()
  },

  // Nothing here outlives being cancelled, so that this ends it as well.
  'actions/force-cancel-workflow-run': (call) => {
    const run = runOf(call)
    if (run.status === 'completed') throw conflictError('Cannot cancel a workflow run that is completed.')
    for (const listener of call.state.cancelListeners) listener(run.id)
    return acceptedReply()
  },

  'actions/re-run-workflow': (call) => {
    const { state, actor } = call
    const run = runOf(call)
    if (run.status !== 'completed') throw new Refusal(403, 'This workflow is already running')
    runAgain(state, run, actor.login)
    return createdReply({})
  },

  'actions/re-run-workflow-failed-jobs': (call) => {
    const { state, actor } = call
    const run = runOf(call)
    if (run.status !== 'completed') throw new Refusal(403, 'This workflow is already running')
    runAgain(state, run, actor.login, true)
    return createdReply({})
  },

  'actions/approve-workflow-run': (call) => {
    const run = runOf(call)
    if (run.conclusion !== 'action_required')
      throw new Refusal(403, 'This run is not from a fork pull request or is not waiting for approval')
    approveRun(call.state, run)
    return createdReply({})
  },

  'actions/create-workflow-dispatch': async (call) => {
    const { state, repo, caller, actor } = call
    const workflow = await workflowPath(call)
    const body = readBody(call, 'WorkflowDispatch', dispatchSchema)
    const name = body.ref.replace(/^refs\/heads\//, '')
    const ref = name.startsWith('refs/tags/') ? name : `refs/heads/${name}`
    const sha = readRef(repo.gitDir, ref)
    if (!sha) throw unprocessableError(`No ref found for: ${body.ref}`)
    emitEvent(state, repo, caller, {
      name: 'workflow_dispatch',
      ref,
      sha,
      actor,
      payload: { inputs: body.inputs, ref, workflow },
    })
    return noContent()
  },

  'repos/create-dispatch-event': async (call) => {
    const { state, repo, caller } = call
    const body = readBody(
      call,
      'RepositoryDispatch',
      z.object({ event_type: z.string().min(1), client_payload: z.unknown().default({}) }),
    )
    emitOnDefaultBranch(state, repo, caller, 'repository_dispatch', body.event_type, {
      branch: repo.defaultBranch,
      client_payload: body.client_payload,
    })
    return noContent()
  },
} satisfies Partial<Handlers>

const dispatchSchema = z.object({ ref: z.string().min(1), inputs: z.record(z.string(), z.unknown()).default({}) })

/** The path of the workflow that a file's name or an id means, on the default branch. */
async function workflowPath({ repo, params }: Call): Promise<string> {
  const name = params.workflow_id ?? ''
  const tip = foundOr404(await resolveCommit(repo.gitDir, repo.defaultBranch))
  const files = await listTree(repo.gitDir, tip, { path: '.github/workflows/' })
  return foundOr404(
    files.map(({ path }) => path).find((path) => path.split('/').at(-1) === name || String(workflowId(path)) === name),
  )
}

function runs(call: Call, all: WorkflowRun[]): Reply {
  const { query } = call
  const wanted = all
    .filter((run) => !query.status || run.status === query.status || run.conclusion === query.status)
    .filter((run) => !query.branch || run.headBranch === query.branch)
    .filter((run) => !query.event || run.event === query.event)
    .filter((run) => !query.actor || run.actor === query.actor)
    .filter((run) => !query.head_sha || run.headSha === query.head_sha)
    .reverse()
  return listIn(call, 'workflow_runs', wanted, (run) => workflowRunShape(call.state, call.repo, run))
}

const runOf = (call: Call): WorkflowRun => {
  const id = numberParam(call, 'run_id')
  return foundOr404(call.repo.runs.find((run) => run.id === id))
}

function jobOf(call: Call): { run: WorkflowRun; job: WorkflowJob } {
  const id = numberParam(call, 'job_id')
  for (const run of call.repo.runs) {
    const job = run.jobs.find((one) => one.id === id)
    if (job) return { run, job }
  }
  throw notFound()
}
