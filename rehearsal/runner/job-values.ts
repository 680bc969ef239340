import { type Contexts, interpolateText, resolveValue } from './expression.js'
import type { Job } from './workflow.js'

/** The outputs of a job with steps, from what its steps set. */
export function jobOutputs(job: Job, contexts: Contexts): Record<string, string> {
  const known = { ...contexts, env: resolveValue(job.env ?? {}, contexts) }
  return Object.fromEntries(Object.entries(job.outputs).map(([name, value]) => [name, interpolateText(value, known)]))
}

/** The name of the job's environment, if it has one. */
export function environmentOf(job: Job, contexts: Contexts): string | undefined {
  return job.environment === undefined ? undefined : interpolateText(job.environment.name, contexts) || undefined
}

/** Whether GitHub makes a Deployment for the job: wherever it has an environment that does not say otherwise. */
export const makesDeployment = ({ environment }: Job, contexts: Contexts): boolean =>
  environment !== undefined && String(resolveValue(environment.deployment, contexts)) !== 'false'

/** How long a job may take, in milliseconds. */
export const timeoutOf = (job: Job, contexts: Contexts): number =>
  Number(resolveValue(job['timeout-minutes'], contexts)) * 60_000
