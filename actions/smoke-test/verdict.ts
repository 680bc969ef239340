import type { Verdict } from '../../shared/action/result.js'

/** What came of asking once. `unknown`: the tester could not tell, for a reason that says nothing about the service. */
export type Try = 'right' | 'wrong' | 'unknown'

export interface Rule {
  /** So many right answers in a row are needed. */
  inARow: number
  /** So many others are allowed; undefined: any number until the deadline. */
  retries: number | undefined
  /** Waiting for it is no flaw. */
  patient?: boolean
}

/**
 * The verdict of one check, or undefined while it has to be asked again. All failures are retried until the deadline (`over`),
 * never only some kinds; a retry that helps is named, and never passes for a clean one.
 */
export function decide(tries: readonly Try[], { inARow, retries, patient }: Rule, over: boolean): Verdict | undefined {
  const others = tries.filter((one) => one !== 'right').length
  const row = tries.length - 1 - tries.findLastIndex((one) => one !== 'right')
  if (row >= inARow && row > 0) return others === 0 || patient ? 'pass' : 'flaky'
  if (!over && others <= (retries ?? Number.POSITIVE_INFINITY)) return undefined
  return tries.includes('wrong') ? 'fail' : 'inconclusive'
}

const order: Verdict[] = ['pass', 'flaky', 'inconclusive', 'fail']

/** The worst of what was asked; undefined is what was left out. Nothing asked is inconclusive, not a pass. */
export function worst(verdicts: readonly (Verdict | undefined)[]): Verdict {
  const asked = verdicts.flatMap((verdict) => verdict ?? [])
  return asked.toSorted((a, b) => order.indexOf(b) - order.indexOf(a))[0] ?? 'inconclusive'
}
