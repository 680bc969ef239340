import type { Released, ResultFields } from '../../../shared/foundation/result.js'

/** How one release's rollback ended. */
export interface ReleaseEnd extends Pick<ResultFields, 'reason' | 'message' | 'evidence'> {
  decision: (typeof worstFirst)[number]
  /** The deploy repo's commit that it has; undefined where it did not get there. */
  commit?: string
  /** As it is now. */
  released?: Released
  fix?: string
}

const worstFirst = ['rollback-failed', 'irreversible', 'rolled-back', 'nothing-to-roll-back'] as const

/**
 * One result for all releases of a cluster, of which the worst counts. Only where all of them are back, those that were never
 * touched included, does it say what is there now, and of which commit.
 *
 * @param ends in the policy's order; at least one.
 * @param head this run's commit, which counts where a cluster is not back.
 */
export function combineOutcomes(ends: ReleaseEnd[], head: string): ResultFields & { fix?: string } {
  const rank = ({ decision }: ReleaseEnd): number => worstFirst.indexOf(decision)
  const sorted = ends.toSorted((a, b) => rank(a) - rank(b))
  const decision = sorted[0]?.decision ?? 'nothing-to-roll-back'
  const worst = sorted.filter((end) => end.decision === decision)
  const fixes = ends.flatMap(({ fix }) => fix ?? [])
  const isBack = decision === 'rolled-back' || decision === 'nothing-to-roll-back'
  return {
    decision,
    reason: worst.find(({ reason }) => reason !== 'up-to-date')?.reason ?? 'up-to-date',
    message: sorted.map(({ message }) => message).join(' '),
    commit: (isBack ? sorted[0]?.commit : undefined) ?? head,
    ...(decision === 'rolled-back' ? { releases: ends.flatMap(({ released }) => released ?? []) } : {}),
    evidence: ends.flatMap(({ evidence }) => evidence ?? []),
    ...(fixes.length > 0 ? { fix: fixes.join(' ') } : {}),
  }
}
