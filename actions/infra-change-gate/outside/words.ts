import type { EvidenceName } from '../../../shared/infra/evidence/modules.js'
import { outsideEvidence } from '../../../shared/infra/outside.js'

/** What people say under a change's issue, in the first line of a comment. */
export type OutsideWord =
  | { says: 'approve' }
  | { says: 'standby' }
  | { says: 'begin' }
  | { says: 'done' }
  | { says: 'hold'; why: string }
  | { says: 'unhold' }
  | { says: 'shown'; evidence: EvidenceName; how: string }

/** @param line of a comment; undefined where it is no word of these. */
export function readOutsideWord(line: string): OutsideWord | undefined {
  const [name = '', ...rest] = line.trim().split(/\s+/)
  switch (name) {
    case '/approve':
    case '/standby':
    case '/begin':
    case '/done':
    case '/unhold':
      return rest.length === 0 ? { says: name.slice(1) as 'approve' } : undefined
    case '/hold':
      return { says: 'hold', why: rest.join(' ').slice(0, 300) }
    case '/shown': {
      const [named = '', ...how] = rest
      const evidence = outsideEvidence.find((one) => one === named)
      // What is computed from records is nobody's to say.
      if (!evidence || evidence === 'staged' || evidence === 'companion' || how.length === 0) return undefined
      return { says: 'shown', evidence, how: how.join(' ').slice(0, 300) }
    }
    default:
      return undefined
  }
}
