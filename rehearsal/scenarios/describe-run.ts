import type { WorkflowRun } from '../github/types.js'
import type { TimelineLine } from './timeline.js'

const seconds = (from: string | null, to: string): string =>
  from === null ? '' : ` (${((Date.parse(to) - Date.parse(from)) / 1000).toFixed(1)} s)`

/**
 * How a workflow run ended, in one line; undefined while it is not over. What is not a failure is a detail: what such a run
 * does is told by events.
 */
export function describeRun(run: WorkflowRun): TimelineLine | undefined {
  if (run.status !== 'completed') return undefined
  const failed = run.jobs.filter(({ conclusion }) => conclusion === 'failure').map(({ name }) => name)
  const what = `workflow "${run.name}": ${run.conclusion}${seconds(run.startedAt, run.updatedAt)}`
  return {
    who: run.repo.split('/')[1] ?? run.repo,
    what: failed.length === 0 ? what : `${what}; failed: ${failed.join(', ')}`,
    mood: run.conclusion === 'success' ? 'good' : run.conclusion === 'failure' ? 'bad' : 'plain',
    detail: run.conclusion !== 'failure',
  }
}

/** The last lines of every failed job's log: what one would click on first. */
export const failureLog = (run: WorkflowRun, lines = 15): string =>
  run.jobs
    .filter(({ conclusion }) => conclusion === 'failure')
    .map(({ name, log }) => `--- ${run.name} / ${name}\n${log.trimEnd().split('\n').slice(-lines).join('\n')}`)
    .join('\n')
