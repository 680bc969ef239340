import { findRun } from './runs.js'
import type { State } from './state.js'
import type { PendingReview, Review } from './types.js'

/**
 * Waits until a required reviewer of the environment approves or rejects it for the run; undefined where the run is cancelled
 * before. Meanwhile the run's pending deployments show it.
 */
export function reviewEnvironment(
  state: State,
  runId: number,
  environment: string,
  cancelled: AbortSignal,
): Promise<Review | undefined> {
  return new Promise((resolve) => {
    const settle = (verdict: Review | undefined): void => {
      state.pendingReviews.delete(pending)
      cancelled.removeEventListener('abort', give)
      const run = findRun(state, runId)?.run
      if (run?.status === 'waiting' && pendingOf(state, runId).length === 0) run.status = 'in_progress'
      resolve(verdict)
    }
    const give = (): void => settle(undefined)
    const pending: PendingReview = { runId, environment, settle }
    if (cancelled.aborted) return resolve(undefined)
    cancelled.addEventListener('abort', give, { once: true })
    state.pendingReviews.add(pending)
    const run = findRun(state, runId)?.run
    if (run?.status === 'in_progress') run.status = 'waiting'
  })
}

export const pendingOf = (state: State, runId: number): PendingReview[] =>
  [...state.pendingReviews].filter((pending) => pending.runId === runId)
