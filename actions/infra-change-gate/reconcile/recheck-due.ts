/** What the gate said last about a commit. */
export interface LastCheck {
  /** Until when that holds if nobody does anything; undefined where it has no end. */
  until: Date | undefined
  /** By which policy; undefined where that is not known. */
  policy?: string | undefined
  /** Which reviews and staging trials it was made with, see `seenDigest`; undefined where it rests on none. */
  seen?: string | undefined
  /** Whether GitHub counts another verdict: of another pull request with the same head, judged later. */
  overwritten?: boolean
}

const minute = 60_000
/** An event that was not heard by then is lost; one that is not heard in a day has another cause than a lost event. */
const [lost, given] = [10 * minute, 24 * 60 * minute]

/**
 * Whether a pull request has to be judged again.
 *
 * @param policy which one main has now
 * @param seen which reviews and staging trials there are now; undefined where nobody asked
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
