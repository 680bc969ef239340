import type { Reason } from '../../shared/foundation/result.js'

/** How one version's commit relates to another's: `ahead` means that it contains the other. */
export type CommitRelation = 'identical' | 'ahead' | 'behind' | 'diverged'

export interface BumpFacts {
  /** The published version, or for a commit that is deployed already the commit itself, against the default branch. */
  toDeployed: CommitRelation
  /** Whether the commit changes something that the component is made of. */
  changesComponent: boolean
  /** Whether an open hold forbids the version. */
  held: boolean
  /** The bump branch, and its open pull request if there is one. */
  open: OpenBump | undefined
  /** The wanted version against the one of the last pull request, where somebody closed that without merging. */
  toDeclined: CommitRelation | undefined
}

export interface OpenBump {
  /** Undefined where only the branch is there: a run was cut off, or somebody closed the pull request. */
  number: number | undefined
  /** Nobody has changed the branch since it was made. */
  untouched: boolean
  /** It holds, on the default branch as it is now, exactly the bump that is wanted. */
  current: boolean
  /** The wanted version against the one on the branch. */
  toOpen: CommitRelation
}

export type BumpDecision =
  | { operation: 'created' | 'updated' | 'unchanged' | 'closed'; reason: Reason }
  | { operation: 'skipped'; reason: 'no-version-change' | 'up-to-date' | 'closed-unmerged' }
  | { operation: 'refused'; reason: 'not-a-descendant' | 'branch-modified' | 'version-blocked' }

/** Which operation brings the bump's pull request to the wanted version. No I/O, no clock. */
export function decideBump({ toDeployed, changesComponent, held, open, toDeclined }: BumpFacts): BumpDecision {
  if (toDeployed === 'identical') return nothingLeft(open, 'up-to-date')
  // Version strings lie about order; commit ancestry does not.
  if (toDeployed !== 'ahead') return { operation: 'refused', reason: 'not-a-descendant' }
  if (!changesComponent) return nothingLeft(open, 'no-version-change')
  if (held) return { operation: 'refused', reason: 'version-blocked' }

  if (open && !open.untouched) return { operation: 'refused', reason: 'branch-modified' }
  if (open?.number === undefined && (toDeclined === 'identical' || toDeclined === 'behind')) {
    return { operation: 'skipped', reason: 'closed-unmerged' }
  }
  if (!open) return { operation: 'created', reason: 'ok' }
  if (open.toOpen === 'diverged') return { operation: 'refused', reason: 'not-a-descendant' }
  if (open.toOpen === 'behind') return comesLate(open)
  if (open.number === undefined) return { operation: 'created', reason: 'ok' }
  return open.current ? { operation: 'unchanged', reason: 'up-to-date' } : { operation: 'updated', reason: 'ok' }
}

/**
 * What it would propose is part of what is proposed. Where the pull request is not there yet, the newer run that made the
 * branch is about to open it: putting an older version on the branch now would make it propose that.
 */
const comesLate = ({ number }: OpenBump): BumpDecision =>
  number === undefined
    ? { operation: 'skipped', reason: 'up-to-date' }
    : { operation: 'unchanged', reason: 'up-to-date' }

/** A pull request for what is deployed, for less, or for what upstream has taken back, has nothing left to do. */
function nothingLeft(open: OpenBump | undefined, reason: 'up-to-date' | 'no-version-change'): BumpDecision {
  const done = open?.toOpen === 'identical' || open?.toOpen === 'ahead'
  const operation = open?.number !== undefined && open.untouched && done ? 'closed' : 'skipped'
  return { operation, reason }
}
