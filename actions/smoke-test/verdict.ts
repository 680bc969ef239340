import type { Verdict } from '../../shared/action/result.js'

/** One check: what was asked, what came, how often, how long. `verdict` is undefined where it was not asked. */
export interface CheckReport {
  asked: string
  came: string
  tries: number
  /** Milliseconds. */
  ms: number
  verdict: Verdict | undefined
}

export type Try = 'right' | 'wrong' | 'unknown'

/** All failures are retried until the deadline; a retry that helps is named, and never passes for a clean one. */
export function verdictOf(tries: Try[]): Verdict {
  if (tries.length === 0) return 'inconclusive'
  if (tries.at(-1) === 'right') return tries.length === 1 ? 'pass' : 'flaky'
  return tries.every((one) => one === 'unknown') ? 'inconclusive' : 'fail'
}

const order: Verdict[] = ['pass', 'flaky', 'inconclusive', 'fail']

/** The worst of what was asked. Nothing asked is inconclusive, not a pass. */
export function worst(reports: CheckReport[]): Verdict {
  const verdicts = reports.flatMap(({ verdict }) => verdict ?? [])
  return verdicts.toSorted((a, b) => order.indexOf(b) - order.indexOf(a))[0] ?? 'inconclusive'
}

export const skipped = (asked: string, why: string): CheckReport => ({
  asked,
  came: why,
  tries: 0,
  ms: 0,
  verdict: undefined,
})
