import type { Permissions } from '../github/types.js'
import { beyondGiven, type Given, passedSecrets, permissionsOf } from './access.js'
import {
  type Contexts,
  evaluateCondition,
  interpolateText,
  type Json,
  resolveValue,
  type StatusFacts,
} from './expression.js'
import { type GroupPlace, type GroupWish, inGroup } from './in-group.js'
import { type Combination, matrixCombinations, withValues } from './matrix.js'
import { withDefaults } from './trigger-match.js'
import type { Job, WorkflowFile } from './workflow.js'

export type JobResult = 'success' | 'failure' | 'cancelled' | 'skipped'

export interface JobOutcome {
  result: JobResult
  outputs: Record<string, string>
  /** Whether any of it was run again, where only failed jobs are: then whatever needs it is, too. */
  again?: boolean
}

/** One job with steps, ready to run on a machine. */
export interface JobRequest {
  /** Unique in the run: `wave (staging) / deploy`. */
  name: string
  id: string
  job: Job
  workflow: WorkflowFile
  matrix: Combination
  contexts: Contexts
  given: Given
  permissions: Permissions
}

/** A workflow as it is run: by an event, or called by a job of another. */
export interface Scope {
  workflow: WorkflowFile
  inputs: Record<string, Json>
  given: Given
  /** What the calling job's token may do; undefined at the top. */
  allowed: Permissions | undefined
  /** What they may do where nothing says it. */
  unsaid: Permissions
  /** Names of the calling jobs, each with ` / `. */
  prefix: string
  /** Whether something that it needs was run again. */
  again?: boolean
  github: Json
  vars: Json
}

/** What nobody has been found to say for certain of GitHub: tests that rest on it run under both answers. */
export interface Unsettled {
  /** A14: whose outputs a matrix of called workflows has: only of those that succeeded (documented), or of all. */
  callOutputs?: 'successful' | 'all'
  /** A13: whether a matrix of called workflows keeps `max-parallel` (the default here), or starts all of them. */
  callsAtOnce?: 'max-parallel' | 'all'
}

export interface Machine {
  /**
   * Waits for its turn in a concurrency group; undefined where it was cancelled before it came.
   *
   * @param name of the job in the run, or of the job that calls a workflow.
   * @throws where what waits for this holds the group itself: that would never end.
   */
  enter?(name: string, wish: GroupWish, signal: AbortSignal): Promise<GroupPlace | undefined>
  run(request: JobRequest, signal: AbortSignal): Promise<JobOutcome>
  /** How a job ended in the attempt before, where only what failed is run again. */
  before?(name: string): JobOutcome | undefined
  /** How a job ended in this one. */
  remember?(name: string, outcome: JobOutcome): void
  /** A job that never ran: skipped, cancelled, or refused for the reason given. */
  note(name: string, result: JobResult, reason?: string): void
  /** The workflow that a job `uses`. */
  load(uses: string): Promise<WorkflowFile>
  signal: AbortSignal
  unsettled?: Unsettled
}

const deepestCall = 4

/** Runs a workflow's jobs as their `needs` allow, and gives what a caller sees: one result, and the workflow's outputs. */
export async function runWorkflow(scope: Scope, machine: Machine): Promise<JobOutcome> {
  const { jobs } = scope.workflow
  const ended = new Map<string, Promise<JobOutcome>>()
  const after = (id: string): Promise<JobOutcome> => {
    const known = ended.get(id)
    if (known) return known
    const mine = runAfterNeeds(id, scope, machine, after)
    ended.set(id, mine)
    return mine
  }
  const outcomes = Object.fromEntries(
    await Promise.all(Object.keys(jobs).map(async (id) => [id, await after(id)] as const)),
  )
  const all = Object.values(outcomes)
  const again = all.some((outcome) => outcome.again)
  return { result: mergedOutcome(all), outputs: workflowOutputs(scope, outcomes), ...(again ? { again } : {}) }
}

/** The result of several jobs taken as one. */
export function mergedOutcome(outcomes: readonly JobOutcome[]): JobResult {
  const results = outcomes.map(({ result }) => result)
  if (results.includes('failure')) return 'failure'
  if (results.includes('cancelled')) return 'cancelled'
  return results.length > 0 && results.every((result) => result === 'skipped') ? 'skipped' : 'success'
}

/** All jobs that a job waits for, also indirectly: a status function asks about every one of them. */
export function ancestorsOf(jobs: Record<string, Job>, id: string): string[] {
  const direct = jobs[id]?.needs ?? []
  return [...new Set([...direct, ...direct.flatMap((need) => ancestorsOf(jobs, need))])]
}

async function runAfterNeeds(
  id: string,
  scope: Scope,
  machine: Machine,
  after: (id: string) => Promise<JobOutcome>,
): Promise<JobOutcome> {
  const job = scope.workflow.jobs[id]
  if (!job) throw new Error(`${scope.workflow.path}: no job "${id}"`)
  const needs = Object.fromEntries(await Promise.all(job.needs.map(async (need) => [need, await after(need)] as const)))
  const earlier = await Promise.all(ancestorsOf(scope.workflow.jobs, id).map(after))
  const contexts: Contexts = {
    github: scope.github,
    vars: scope.vars,
    inputs: scope.inputs,
    needs: Object.fromEntries(Object.entries(needs).map(([id, { result, outputs }]) => [id, { result, outputs }])),
  }
  const shown = `${scope.prefix}${job.name ?? id}`

  try {
    if (!evaluateCondition(job.if, contexts, statusOf(earlier, machine.signal))) {
      const result = machine.signal.aborted ? 'cancelled' : 'skipped'
      machine.note(shown, result)
      return { result, outputs: {} }
    }
    const again = scope.again || earlier.some((outcome) => outcome.again)
    return await runMatrix(id, job, contexts, { ...scope, ...(again ? { again } : {}) }, machine)
  } catch (error) {
    machine.note(shown, 'failure', messageOf(error))
    return { result: 'failure', outputs: {} }
  }
}

// As on GitHub a skipped ancestor makes success() false, even where a job between ran nevertheless.
const statusOf = (earlier: readonly JobOutcome[], signal: AbortSignal): StatusFacts => ({
  success: !signal.aborted && earlier.every(({ result }) => result === 'success'),
  failure: !signal.aborted && earlier.some(({ result }) => result === 'failure'),
  cancelled: signal.aborted,
})

async function runMatrix(
  id: string,
  job: Job,
  contexts: Contexts,
  scope: Scope,
  machine: Machine,
): Promise<JobOutcome> {
  const all = matrixCombinations(
    job.strategy?.matrix === undefined ? undefined : resolveValue(job.strategy.matrix, contexts),
  )
  const failFast = resolveValue(job.strategy?.['fail-fast'] ?? true, contexts) === true
  const { callOutputs = 'successful', callsAtOnce = 'max-parallel' } = job.uses ? (machine.unsettled ?? {}) : {}
  const asked = Number(resolveValue(job.strategy?.['max-parallel'] ?? all.length, contexts)) || all.length
  const atOnce = callsAtOnce === 'all' ? all.length : asked
  const sibling = new AbortController()
  const outcomes: JobOutcome[] = []

  const queue = [...all]
  const work = async (): Promise<void> => {
    for (let matrix = queue.shift(); matrix; matrix = queue.shift()) {
      const outcome = await runOne(id, job, { ...contexts, matrix }, matrix, scope, machine, sibling.signal)
      outcomes.push(outcome)
      if (outcome.result === 'failure' && failFast) sibling.abort()
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, work))
  // Of several that set the same output, the last to end wins; an empty value overwrites nothing.
  const heard =
    job.uses && callOutputs === 'successful' ? outcomes.filter(({ result }) => result === 'success') : outcomes
  const outputs = heard.flatMap((outcome) => Object.entries(outcome.outputs).filter(([, value]) => value !== ''))
  const again = outcomes.some((outcome) => outcome.again)
  return { result: mergedOutcome(outcomes), outputs: Object.fromEntries(outputs), ...(again ? { again } : {}) }
}

async function runOne(
  id: string,
  job: Job,
  contexts: Contexts,
  matrix: Combination,
  scope: Scope,
  machine: Machine,
  siblingFailed: AbortSignal,
): Promise<JobOutcome> {
  const named = job.name?.includes('${{') ? interpolateText(job.name, contexts) : withValues(job.name ?? id, matrix)
  const name = `${scope.prefix}${named}`
  if (siblingFailed.aborted) {
    machine.note(name, 'cancelled')
    return { result: 'cancelled', outputs: {} }
  }
  const before = job.uses ? undefined : machine.before?.(name)
  if (before?.result === 'success' && !scope.again) {
    machine.note(name, 'success')
    return before
  }
  // A job that runs although the run was cancelled (`if: always()`) is not cancelled by that once more.
  const cancels = machine.signal.aborted ? siblingFailed : AbortSignal.any([machine.signal, siblingFailed])
  return inGroup(name, job.concurrency, contexts, cancels, machine, (signal) =>
    runAdmitted(name, id, job, { contexts, matrix, before, signal }, scope, machine),
  )
}

interface Admitted {
  contexts: Contexts
  matrix: Combination
  before: JobOutcome | undefined
  signal: AbortSignal
}

async function runAdmitted(
  name: string,
  id: string,
  job: Job,
  { contexts, matrix, before, signal }: Admitted,
  scope: Scope,
  machine: Machine,
): Promise<JobOutcome> {
  try {
    const permissions = permitted(name, job, scope)
    if (job.uses) {
      return await callWorkflow(job, job.uses, name, contexts, permissions, scope, machine, signal)
    }
    const request = { name, id, job, workflow: scope.workflow, matrix, contexts, given: scope.given, permissions }
    const outcome = kept(before, await machine.run(request, signal), machine)
    machine.remember?.(name, outcome)
    const forgiven = outcome.result === 'failure' && resolveValue(job['continue-on-error'], contexts) === true
    return forgiven ? { ...outcome, result: 'success' } : outcome
  } catch (error) {
    machine.note(name, 'failure', messageOf(error))
    return { result: 'failure', outputs: {} }
  }
}

/** A17: one that fails again and sets no output keeps that of the attempt before (actions/runner#2598). */
function kept(before: JobOutcome | undefined, outcome: JobOutcome, machine: Machine): JobOutcome {
  if (!machine.before) return outcome
  const said = Object.entries(outcome.outputs).filter(([, value]) => value !== '')
  const earlier = outcome.result === 'success' ? {} : before?.outputs
  return { ...outcome, outputs: { ...outcome.outputs, ...earlier, ...Object.fromEntries(said) }, again: true }
}

/** What the job's token may do. @throws where that is more than the calling job's may. */
function permitted(name: string, job: Job, { workflow, allowed, unsaid }: Scope): Permissions {
  const permissions = permissionsOf(job.permissions, permissionsOf(workflow.permissions, allowed ?? unsaid))
  const excess = allowed ? beyondGiven(permissions, allowed) : []
  if (excess.length === 0) return permissions
  throw new Error(
    `The job "${name}" asks for ${excess.join(', ')}, which the job that calls its workflow does not have.`,
  )
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

async function callWorkflow(
  job: Job,
  uses: string,
  name: string,
  contexts: Contexts,
  allowed: Permissions,
  scope: Scope,
  machine: Machine,
  cancels: AbortSignal,
): Promise<JobOutcome> {
  const prefix = `${name} / `
  if (prefix.split(' / ').length > deepestCall + 1) throw new Error(`${uses}: workflows call each other too deeply`)
  const workflow = await machine.load(uses)
  const trigger = workflow.on.workflow_call
  if (!trigger) throw new Error(`${uses} cannot be called: it lacks "on: workflow_call"`)
  const given = passedSecrets(job, scope.given, (value) =>
    interpolateText(value, { ...contexts, secrets: scope.given.secrets }),
  )
  const inputs = withDefaults(trigger, resolveValue(job.with, contexts) as Record<string, Json>)
  const known = { github: scope.github, vars: scope.vars, inputs }
  return inGroup(`${name} / ${workflow.title}`, workflow.concurrency, known, cancels, machine, (signal) =>
    runWorkflow(
      { ...scope, workflow, inputs, given, allowed, prefix },
      // What runs in spite of a cancelled run knows of it.
      { ...machine, signal: AbortSignal.any([machine.signal, signal]) },
    ),
  )
}

function workflowOutputs(scope: Scope, outcomes: Record<string, JobOutcome>): Record<string, string> {
  const specs = Object.entries(scope.workflow.on.workflow_call?.outputs ?? {})
  const contexts: Contexts = {
    github: scope.github,
    vars: scope.vars,
    inputs: scope.inputs,
    jobs: outcomes as unknown as Json,
  }
  return Object.fromEntries(specs.map(([name, { value }]) => [name, interpolateText(value, contexts)]))
}
