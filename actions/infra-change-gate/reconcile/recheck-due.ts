/** The gate's latest check of a commit. */
export interface LastCheck {
  /** Until when it is valid if nobody acts; undefined if it does not expire. */
  until: Date | undefined
  /** By which policy; undefined if that is unknown. */
  policy?: string | undefined
  /** The reviews and staging trials that it was made with, see `evidenceDigest`; undefined if it depends on none. */
  seen?: string | undefined
  /** Whether GitHub counts another verdict: of another pull request with the same head, checked later. */
  overwritten?: boolean
}

const minute = 60_000
/** After this time an event counts as lost; after a day a missing check has another cause than a lost event. */
const [lost, given] = [10 * minute, 24 * 60 * minute]

/**
 * Whether a pull request has to be checked again.
 *
 * @param policy the digest of main's policy now
 * @param seen the reviews and staging trials now; undefined if they were not read
 * @param updated when anything last happened to the pull request
 */
export function isRecheckDue(
  last: LastCheck | undefined,
  { policy, seen }: { policy: string; seen: string | undefined },
  updated: Date,
  now: Date,
): boolean {
  if (last?.policy !== undefined && last.policy !== policy) return true
  if (last?.seen !== undefined && seen !== undefined && last.seen !== seen) return true
  if (last?.overwritten) return true
  if (last) return last.until !== undefined && last.until <= now
  const age = now.getTime() - updated.getTime()
  return lost <= age && age < given
}
