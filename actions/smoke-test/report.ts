import type { SmokeVerdict } from '../../shared/foundation/result.js'

/** One check: what was asked, what came, how often, how long. */
export interface CheckReport {
  name: string
  /** What came last; where it was wrong first, that too. Without secrets. */
  came: string
  tries: number
  /** Milliseconds since the smoke test began, and until the verdict. */
  start: number
  ms: number
  /** Undefined where it was left out on this cluster. */
  verdict: SmokeVerdict | undefined
}

/** A check that was not asked. */
export const notAsked = (name: string, why: string, verdict?: SmokeVerdict): CheckReport => ({
  name,
  came: why,
  tries: 0,
  start: 0,
  ms: 0,
  verdict,
})
