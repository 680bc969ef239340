import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Emulator, Environment, JobReport, RepositorySettings, WorkflowRun } from '../github/types.js'
import { environmentAdmits, isTrusted, jobSecrets } from './access.js'
import { runAct } from './act.js'
import type { Json } from './expression.js'
import { environmentFacts } from './facts.js'
import { environmentOf, jobOutputs, makesDeployment, timeoutOf } from './job-values.js'
import type { JobOutcome, JobRequest, Unsettled } from './jobs.js'
import { endedWell, jobLog } from './log.js'
import { runnerMasks, withoutMasked } from './masks.js'
import { actVariables, oneJobWorkflow, usedActions } from './prepare.js'

/** What it takes to run one job on this machine. */
export interface MachineParts {
  emulator: Emulator
  /** Where jobs get their directories. */
  dir: string
  act: string
  environment: Record<string, string>
  /** `owner/name@ref`, or `owner/name` for every ref, to a directory. */
  actions: Promise<Record<string, string>>
  /** Waits until another job may start; call what it returns when the job is over. */
  admit(): Promise<() => void>
  unsettled?: Unsettled | undefined
}

/** The run that a job belongs to. */
export interface RunParts {
  run: WorkflowRun
  github: Record<string, Json>
  settings: RepositorySettings
  /** See `isFork`. */
  fork: boolean
  report(job: JobReport): void
}

/** How often a log that grows inside of one step is reported, in milliseconds. */
const liveEvery = 300

/** Runs one job with its own environment, secrets and token, and reports on it while it runs. */
export async function runJob(
  parts: MachineParts,
  of: RunParts,
  request: JobRequest,
  cancelled: AbortSignal,
): Promise<JobOutcome> {
  const environment = environmentFor(request, of)
  const { secrets, permissions } = isTrusted(of.fork, jobSecrets(request.given, environment), request.permissions)
  const variables = { ...of.settings.variables, ...environment?.variables }
  const log = jobLog(request.job, Object.values(secrets))

  const stopped = environment && (await reviewed(environment, parts, of, request, cancelled))
  if (stopped) return stopped
  const release = await parts.admit()
  if (cancelled.aborted) {
    release()
    of.report({ name: request.name, status: 'completed', conclusion: 'cancelled', log: '' })
    return { result: 'cancelled', outputs: {} }
  }
  const timeout = AbortSignal.timeout(timeoutOf(request.job, request.contexts))
  const signal = AbortSignal.any([cancelled, timeout])
  const startedAt = new Date().toISOString()
  const report = (change: Omit<JobReport, 'name' | 'startedAt'>): void =>
    of.report({ name: request.name, startedAt, ...change })
  let reported = Date.now()
  report({ status: 'in_progress', steps: log.steps() })

  const deploys = environment && makesDeployment(request.job, request.contexts)
  const endDeployment = deploys ? parts.emulator.jobDeployment(of.run.id, environment.name) : undefined
  const token = parts.emulator.mintJobToken(of.run.repo, permissions, of.run.id)
  await mkdir(parts.dir, { recursive: true })
  const dir = await mkdtemp(join(parts.dir, 'job-'))
  try {
    await runAct({
      act: parts.act,
      dir,
      workflow: oneJobWorkflow(request, of.github.event_name as string),
      event: of.github.event_name as string,
      payload: of.github.event,
      actor: of.run.actor,
      defaultBranch: of.settings.defaultBranch,
      secrets: { ...secrets, GITHUB_TOKEN: token },
      variables: actVariables(request.contexts, variables),
      facts: { ...environmentFacts(of.github), REHEARSAL_ARTIFACTS: join(parts.dir, `artifacts-${of.run.id}`) },
      actions: actionsFor(request, await parts.actions),
      environment: parts.environment,
      trackingId: `github_${randomUUID()}`,
      onLine: (line) => {
        if (!log.add(line) && Date.now() - reported < liveEvery) return
        reported = Date.now()
        report({ status: 'in_progress', steps: log.steps(), log: log.text() })
      },
      signal,
    })
  } finally {
    parts.emulator.revokeToken(token)
    await rm(dir, { recursive: true, force: true })
    release()
  }
  const result = signal.aborted ? 'cancelled' : (log.result() ?? 'failure')
  endDeployment?.(result === 'success')
  const summary = log.summary() === '' ? '' : `\n--- summary ---\n${log.summary()}`
  const masks = runnerMasks()
  for (const secret of [...Object.values(secrets), token]) masks.addSecret(secret)
  for (const mask of log.masks()) masks.addMask(mask)
  const { outputs, warnings } = withoutMasked(
    jobOutputs(request.job, { ...request.contexts, steps: log.context() }),
    masks,
  )
  report({
    status: 'completed',
    conclusion: result,
    steps: endedWell(log.steps()),
    log: `${log.text()}${warnings.map((warning) => `::warning::${warning}\n`).join('')}${timeout.aborted ? '✗ The job took longer than its timeout-minutes.\n' : ''}${summary}`,
    completedAt: new Date().toISOString(),
  })
  return { result, outputs }
}

/** Waits for an environment's reviewers; gives the job's outcome where they, or a cancellation, keep it from starting. */
async function reviewed(
  { name, reviewers = [] }: Environment,
  parts: MachineParts,
  of: RunParts,
  request: JobRequest,
  cancelled: AbortSignal,
): Promise<JobOutcome | undefined> {
  if (reviewers.length === 0) return undefined
  of.report({ name: request.name, status: 'waiting' })
  const review = await parts.emulator.review(of.run.id, name, cancelled)
  if (review?.verdict === 'approved') return undefined
  const result = review ? 'failure' : 'cancelled'
  const log = review ? `✗ ${review.by} rejected the deployment to ${name}: ${review.comment}\n` : ''
  of.report({ name: request.name, status: 'completed', conclusion: result, log })
  return { result, outputs: {} }
}

/** As on GitHub a name that nobody knows makes an environment: unprotected, and without secrets. */
function environmentFor(request: JobRequest, { settings, github }: RunParts): Environment | undefined {
  const name = environmentOf(request.job, request.contexts)
  if (name === undefined) return undefined
  const known = settings.environments.get(name)
  const environment = known ?? { name, branches: [], secrets: {}, variables: {} }
  if (!known) settings.environments.set(name, environment)
  if (environmentAdmits(environment, String(github.ref))) return environment
  throw new Error(
    `"${String(github.ref)}" is not allowed to deploy to ${name} due to environment protection rules. ` +
      `The environment admits: ${environment.branches.join(', ')}.`,
  )
}

function actionsFor(request: JobRequest, known: Record<string, string>): Record<string, string> {
  const exact = Object.entries(known).filter(([name]) => name.includes('@'))
  const used = usedActions(request).flatMap((name) => {
    const dir = known[name.split('@')[0] ?? '']
    return dir === undefined ? [] : [[name, dir] as const]
  })
  return Object.fromEntries([...used, ...exact])
}
