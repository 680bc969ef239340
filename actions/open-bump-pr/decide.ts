import type { Reason } from '../../shared/action/result.js'

/** How one version's commit relates to another's: `ahead` means that it contains the other. */
export type Relation = 'identical' | 'ahead' | 'behind' | 'diverged'

export interface Facts {
  /** The published version, or for a commit that is deployed already the commit itself, against the default branch. */
  toDeployed: Relation
  /** Whether the commit changes something that the component is made of. */
  changesComponent: boolean
  /** Whether an open hold forbids the version. */
  held: boolean
  /** The bump branch, and its open pull request if there is one. */
  open: Open | undefined
  /** The wanted version against the one of the last pull request, where somebody closed that without merging. */
  toDeclined: Relation | undefined
}

export interface Open {
  /** Undefined where only the branch is there: a run was cut off, or somebody closed the pull request. */
  number: number | undefined
  /** Nobody has changed the branch since it was made. */
  untouched: boolean
  /** It holds, on the default branch as it is now, exactly the bump that is wanted. */
  current: boolean
  /** The wanted version against the one on the branch. */
  toOpen: Relation
}

export type Decision =
  | { operation: 'created' | 'updated' | 'unchanged' | 'closed'; reason: Reason }
  | { operation: 'skipped'; reason: 'no-artifact' | 'already-there' | 'declined' }
  | { operation: 'refused'; reason: 'not-a-descendant' | 'changed-by-hand' | 'held' }

/** Which operation brings the bump's pull request to the wanted version. No I/O, no clock. */
export function decide({ toDeployed, changesComponent, held, open, toDeclined }: Facts): Decision {
  if (toDeployed === 'identical') return nothingLeft(open, 'already-there')
  // Version strings lie about order; commit ancestry does not.
  if (toDeployed !== 'ahead') return { operation: 'refused', reason: 'not-a-descendant' }
  if (!changesComponent) return nothingLeft(open, 'no-artifact')
  if (held) return { operation: 'refused', reason: 'held' }

  if (open && !open.untouched) return { operation: 'refused', reason: 'changed-by-hand' }
  if (open?.number === undefined && (toDeclined === 'identical' || toDeclined === 'behind')) {
    return { operation: 'skipped', reason: 'declined' }
  }
  if (!open) return { operation: 'created', reason: 'ok' }
  if (open.toOpen === 'diverged') return { operation: 'refused', reason: 'not-a-descendant' }
  if (open.toOpen === 'behind') return comesLate(open)
  if (open.number === undefined) return { operation: 'created', reason: 'ok' }
  return open.current ? { operation: 'unchanged', reason: 'already-there' } : { operation: 'updated', reason: 'ok' }
}

/**
 * What it would propose is part of what is proposed. Where the pull request is not there yet, the newer run that made the
 * branch is about to open it: putting an older version on the branch now would make it propose that.
 */
const comesLate = ({ number }: Open): Decision =>
  number === undefined
    ? { operation: 'skipped', reason: 'already-there' }
    : { operation: 'unchanged', reason: 'already-there' }

/** A pull request for what is deployed, for less, or for what upstream has taken back, has nothing left to do. */
function nothingLeft(open: Open | undefined, reason: 'already-there' | 'no-artifact'): Decision {
  const done = open?.toOpen === 'identical' || open?.toOpen === 'ahead'
  const operation = open?.number !== undefined && open.untouched && done ? 'closed' : 'skipped'
  return { operation, reason }
}
