import type { Reason } from '../foundation/result.js'

export interface NotPure {
  pure: false
  reason: Reason
  /** What differs, in plain words. Strangers' file names and titles may be in it: escape before showing. */
  why: string
  /** What to do next. */
  fix: string
}

export const notPure = (why: string, fix: string, reason: Reason = 'not-a-pure-bump'): NotPure => ({
  pure: false,
  reason,
  why,
  fix,
})

export const isNotPure = (value: object): value is NotPure => 'pure' in value && value.pure === false

/** What people can always do about a change that is no pure bump. */
export const reviewInstead = 'Have it reviewed as an infrastructure change, or reduce it to the bump.'
