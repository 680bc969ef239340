import type { AdoptionApproval } from '../../../shared/records/adoption-approvals.js'

/** How long an operator's approval counts, in milliseconds: operators live in several time zones. */
export const approvalsCountFor = 24 * 60 * 60_000

export interface AdoptionApprovalFacts {
  /** Login of the operator who asks now. */
  operator: string
  commit: string
  now: Date
  /** Unused approvals for the cluster, by users who still are operators, newest first. */
  words: Pick<AdoptionApproval, 'operator' | 'commit' | 'given'>[]
}

export type AdoptionApprovalDecision =
  | { kind: 'approved'; other: string; say: boolean }
  | {
      kind: 'waiting'
      /** Whether this approval is not recorded yet. */
      say: boolean
      /** Until when it counts. */
      until: Date
      /** Another operator's approval that does not count, because it is for another commit. */
      elsewhere: { operator: string; commit: string } | undefined
    }

/** Whether two different operators approved the adoption of this commit. Two approvals of one operator count once. */
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
