import type { SmokeVerdict } from '../../shared/foundation/result.js'

/** What came of asking once. `unknown`: the tester could not tell, for a reason that says nothing about the service. */
export type CheckVerdictTry = 'right' | 'wrong' | 'unknown'

export interface VerdictRule {
  /** So many right answers in a row are needed. */
  successThreshold: number
  /** So many others end it; undefined: any number is allowed until the timeout. */
  failureThreshold: number | undefined
  /** Waiting for it is no flaw. */
  patient?: boolean
}

/**
 * The verdict of one check, or undefined while it has to be asked again. All failures are retried until the deadline (`over`),
 * never only some kinds; a retry that helps is named, and never passes for a clean one.
 */
export function decideVerdict(
  tries: readonly CheckVerdictTry[],
  { successThreshold, failureThreshold, patient }: VerdictRule,
  over: boolean,
): SmokeVerdict | undefined {
  const others = tries.filter((one) => one !== 'right').length
  const row = tries.length - 1 - tries.findLastIndex((one) => one !== 'right')
  if (row >= successThreshold && row > 0) return others === 0 || patient ? 'pass' : 'flaky'
  if (!over && others < (failureThreshold ?? Number.POSITIVE_INFINITY)) return undefined
  return tries.includes('wrong') ? 'fail' : 'inconclusive'
}

const order: SmokeVerdict[] = ['pass', 'flaky', 'inconclusive', 'fail']

/** The worst of what was asked; undefined is what was left out. Nothing asked is inconclusive, not a pass. */
export function worstVerdict(verdicts: readonly (SmokeVerdict | undefined)[]): SmokeVerdict {
  const asked = verdicts.flatMap((verdict) => verdict ?? [])
  return asked.toSorted((a, b) => order.indexOf(b) - order.indexOf(a))[0] ?? 'inconclusive'
}
