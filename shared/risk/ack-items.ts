import { sha256 } from '../foundation/digest.js'
import type { RiskFinding } from './types.js'
import { withoutObjects } from './without-objects.js'

/** One thing that has to be acknowledged by itself. */
export interface AckItem {
  /** What people call it by: 1, 2, ... */
  number: number
  /** The same for the same thing, whatever else is in the change. */
  key: string
  finding: RiskFinding
}

/**
 * What users may notice, numbered: whoever acknowledges it has read what it does, of a new version its release notes. Only from
 * contents, so that the numbers are the same before and after rendering.
 */
export const ackItems = (findings: readonly RiskFinding[]): AckItem[] =>
  findings
    .filter(({ kind, tier }) => (tier === 'T2' || tier === 'T3') && !withoutObjects.includes(kind))
    .map((finding, index) => ({ number: index + 1, key: keyOf(finding), finding }))

const keyOf = ({ kind, path, what }: RiskFinding): string => sha256(JSON.stringify([kind, path, what])).slice(0, 16)
