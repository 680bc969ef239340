import { readBackup } from '../../shared/commands/commands.js'
import type { EvidenceName } from '../../shared/evidence/modules.js'
import { externalChangeEvidence } from './evidence.js'

/** What people say under a change's issue, in the first line of a comment. */
export type ChangeCommand =
  | { says: 'approve' }
  | { says: 'standby' }
  | { says: 'start' }
  | { says: 'done' }
  | { says: 'hold'; why: string }
  | { says: 'unhold' }
  | { says: 'evidence'; evidence: EvidenceName; how: string }

/** @param line of a comment; undefined where it is no word of these. */
export function parseChangeCommand(line: string): ChangeCommand | undefined {
  const [name = '', ...rest] = line.trim().split(/\s+/)
  switch (name) {
    case '/approve':
    case '/standby':
    case '/start':
    case '/done':
    case '/unhold':
      return rest.length === 0 ? { says: name.slice(1) as 'approve' } : undefined
    case '/hold':
      return { says: 'hold', why: rest.join(' ').slice(0, 300) }
    case '/evidence': {
      const [named = '', ...how] = rest
      const evidence = externalChangeEvidence.find((one) => one === named)
      // What is computed from records is nobody's to say; a backup is named as under a pull request.
      if (evidence === 'backup' && !readBackup(how)) return undefined
      if (!evidence || evidence === 'staging-trial' || evidence === 'linked-pull-request' || how.length === 0)
        return undefined
      return { says: 'evidence', evidence, how: how.join(' ').slice(0, 300) }
    }
    default:
      return undefined
  }
}
