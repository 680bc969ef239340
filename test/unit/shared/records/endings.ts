import type { Ending } from '../../../../shared/records/deployments.js'

const reasonOf = { pass: undefined, flaky: 'smoke-flaky', inconclusive: 'smoke-inconclusive', fail: 'smoke-failed' }

/** How a smoke test of a cluster ended in an attempt of run 9. */
export const tested = (cluster: string, verdict: keyof typeof reasonOf, attempt = 1): Ending => {
  const reason = reasonOf[verdict]
  return {
    record: {
      schema: 1,
      cluster,
      run: `9/${attempt}`,
      commit: 'a'.repeat(40),
      releases: [],
      verdict,
      ...(reason === undefined ? {} : { reason }),
    },
    success: verdict === 'pass',
    description: `${cluster}: ${verdict}`,
    at: '2026-01-01T00:00:00Z',
  }
}

/** What ended before anything was tested. */
export const untested = (cluster: string, reason: string): Ending => ({
  record: { schema: 1, cluster, run: '9/1', commit: 'a'.repeat(40), releases: [], reason },
  success: false,
  description: reason,
  at: '2026-01-01T00:00:00Z',
})
