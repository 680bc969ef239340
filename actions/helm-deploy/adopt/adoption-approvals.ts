import type { AdoptionApproval } from '../../../shared/records/adoption-approvals.js'

/** How long an operator's word counts, in milliseconds: operators live in several time zones. */
export const approvalsCountFor = 24 * 60 * 60_000

export interface AdoptionApprovalFacts {
  /** Login of the operator who asks now. */
  operator: string
  commit: string
  now: Date
  /** Unused words for the cluster, by who still is an operator, newest first. */
  words: Pick<AdoptionApproval, 'operator' | 'commit' | 'given'>[]
}

export type AdoptionApprovalDecision =
  | { kind: 'approved'; other: string; say: boolean }
  | {
      kind: 'waiting'
      /** Whether this word was not said before. */
      say: boolean
      /** Until when it counts. */
      until: Date
      /** Somebody else's word that does not count, because it is for another commit. */
      elsewhere: { operator: string; commit: string } | undefined
    }

/** Whether two different operators want the same: this commit adopted. One of them twice is one. */
export function decideAdoptionApprovals({
  operator,
  commit,
  now,
  words,
}: AdoptionApprovalFacts): AdoptionApprovalDecision {
  const isMine = (word: { operator: string }): boolean => word.operator.toLowerCase() === operator.toLowerCase()
  const inTime = words.filter(({ given }) => now.getTime() - given.getTime() < approvalsCountFor)
  const forThis = inTime.filter((word) => word.commit === commit)
  const mine = forThis.find(isMine)
  const other = forThis.find((word) => !isMine(word))
  if (other) return { kind: 'approved', other: other.operator, say: mine === undefined }
  const since = mine?.given ?? now
  return {
    kind: 'waiting',
    say: mine === undefined,
    until: new Date(since.getTime() + approvalsCountFor),
    elsewhere: inTime.find((word) => !isMine(word)),
  }
}
