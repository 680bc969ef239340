import type { AckItem } from '../risk/ack-items.js'
import type { Rendered } from '../risk/rendered.js'

/** What is known about one change at the moment when its evidence is evaluated. */
export interface EvidenceFacts {
  now: Date
  /** Undefined if it was not rendered, or rendering failed. */
  rendered: Rendered | undefined
  /** The latest result of the API dry-run, and when. */
  dryRun: { ok: boolean; at: Date } | undefined
  /** What has to be acknowledged, and the keys of what was. */
  items: readonly AckItem[]
  acked: ReadonlySet<string>
  /** When a staging trial of it last passed. */
  trialPassed: Date | undefined
  /** When a staging trial of it passed for the first time. */
  trialSince: Date | undefined
  /** Who starts it, and since when. */
  start: { by: string; at: Date } | undefined
  backup: { id: string; made: Date } | undefined
  /** Since when users know of it. */
  announced: Date | undefined
  runbook: string | undefined
  /** The pull request that an external change is linked with. */
  linkedPullRequest?: { number: number; state: LinkedPullRequestState } | undefined
}

export interface Shown {
  ok: boolean
  /** What was found; may contain untrusted text. */
  why: string
  /** When it expires. */
  until?: Date
  /** If only time is missing: when it starts to count. */
  from?: Date
}

/** One fact that a tier requires. `show` is pure; undefined: nothing is known. */
export interface EvidenceModule {
  /** What is required, after "You need". */
  what: string
  /** How to provide it: a sentence. */
  how: string
  show(facts: EvidenceFacts): Shown | undefined
}

const minute = 60_000
export const hoursInMs = (count: number): number => count * 60 * minute
export const daysInMs = (count: number): number => hoursInMs(24 * count)

/** A dated fact counts for `lasts`; a date in the future does not count. */
export function isFresh(now: Date, since: Date, lasts: number, why: string): Shown {
  const until = new Date(since.getTime() + lasts)
  if (since > now) return { ok: false, why: `${why}, which is in the future` }
  return until > now ? { ok: true, why, until } : { ok: false, why: `${why}, which is too long ago` }
}

/** A moment as people read it: minutes, in UTC. */
export const shownEvidence = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** The text for each state. */
export const linkedPullRequestStates = {
  merged: 'is merged',
  green: 'is open, and its check is green',
  red: 'is open, and its check is not green',
  closed: 'was closed and not merged',
} as const

/** The state of the pull request that an external change is linked with. */
export type LinkedPullRequestState = keyof typeof linkedPullRequestStates
