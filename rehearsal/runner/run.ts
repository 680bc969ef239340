import type { JobReport, RepositorySettings, WorkflowRun } from '../github/types.js'
import { isFork, unsaidPermissions } from './access.js'
import type { Contexts, Json } from './expression.js'
import { githubContext } from './facts.js'
import { type JobOutcome, type Machine, runWorkflow } from './jobs.js'
import { type MachineParts, runJob } from './machine.js'
import { withDefaults } from './trigger-match.js'
import { readAt, type WorkflowStart } from './triggers.js'
import { parseWorkflow, type WorkflowFile } from './workflow.js'

/** A run from its event to its end. */
export interface Ticket {
  run: WorkflowRun
  start: WorkflowStart
  workflow: WorkflowFile
  stop: AbortController
  /** How its jobs ended, by name. */
  outcomes?: Map<string, JobOutcome>
  /** The same of the attempt before, where only what failed there is run. */
  before?: ReadonlyMap<string, JobOutcome>
}

/** What expressions outside of jobs may know: for a concurrency group, a name. @throws where a dispatch lacks an input. */
export function runContexts({ run, start, workflow }: Ticket, settings: RepositorySettings, url: string): Contexts {
  const dispatched = start.occasion.event === 'workflow_dispatch'
  const given = (start.payload.inputs ?? {}) as Record<string, Json>
  return {
    github: githubContext(start, run, workflow, settings, url),
    inputs: dispatched ? withDefaults(workflow.on.workflow_dispatch, given) : {},
    vars: settings.variables,
  }
}

/** Runs all jobs of a run, and reports each of them. */
export async function executeRun(
  ticket: Ticket,
  machine: MachineParts,
  report: (job: JobReport) => void,
  enter: Machine['enter'],
): Promise<JobOutcome> {
  const { run, start, workflow, stop, before } = ticket
  const outcomes = new Map<string, JobOutcome>(before)
  ticket.outcomes = outcomes
  const { emulator } = machine
  const settings = emulator.repository(start.repo)
  const { github = null, inputs = null, vars = null } = runContexts(ticket, settings, emulator.url)
  const known = {
    run,
    github: github as Record<string, Json>,
    settings,
    fork: isFork(start.occasion.event, start.payload, start.repo),
    report,
  }

  return runWorkflow(
    {
      workflow,
      inputs: inputs as Record<string, Json>,
      given: { kind: 'all', secrets: settings.secrets },
      allowed: undefined,
      unsaid: unsaidPermissions(settings.defaultWorkflowPermissions),
      prefix: '',
      github,
      vars,
    },
    {
      signal: stop.signal,
      ...(enter && { enter }),
      ...(machine.unsettled && { unsettled: machine.unsettled }),
      run: (request, signal) => runJob(machine, known, request, signal),
      remember: (name, outcome) => void outcomes.set(name, outcome),
      ...(before ? { before: (name: string) => before.get(name) } : {}),
      note: (name, result, reason) => report(reason === undefined ? unrun(name, result) : refusedRun(name, reason)),
      load: (uses) => loadWorkflow(uses, start, (repo) => emulator.repository(repo).gitDir),
    },
  )
}

const unrun = (name: string, conclusion: string): JobReport => ({ name, status: 'completed', conclusion, log: '' })

/** A job that failed before it ran, and why. */
export const refusedRun = (name: string, reason: string): JobReport => ({
  name,
  status: 'completed',
  conclusion: 'failure',
  log: `✗ ${reason}\n`,
})

async function loadWorkflow(
  uses: string,
  start: WorkflowStart,
  gitDir: (repo: string) => string,
): Promise<WorkflowFile> {
  if (uses.startsWith('./')) {
    const path = uses.slice('./'.length)
    return parseWorkflow(path, await readAt(gitDir(start.repo), start.sha, path))
  }
  const [, repo, path, ref] = /^([\w.-]+\/[\w.-]+)\/(\.github\/workflows\/[^@]+)@(.+)$/.exec(uses) ?? []
  if (!repo || !path || !ref)
    throw new Error(
      `"${uses}" names no workflow: write ./.github/workflows/x.yml or owner/name/.github/workflows/x.yml@ref`,
    )
  return parseWorkflow(path, await readAt(gitDir(repo), ref, path))
}
