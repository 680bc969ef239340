import type { AckItem } from '../risk/ack-items.js'
import type { Rendered } from '../risk/rendered.js'

/** What is known about one change, as it is now, when its evidence is looked at. */
export interface EvidenceFacts {
  now: Date
  /** Undefined where it was not rendered, or could not be. */
  rendered: Rendered | undefined
  /** What the clusters said last, and when. */
  dryRun: { ok: boolean; at: Date } | undefined
  /** What has to be acknowledged, and the keys of what was. */
  items: readonly AckItem[]
  acked: ReadonlySet<string>
  /** When staging was last brought there and back with it. */
  trialPassed: Date | undefined
  /** When that was done for the first time. */
  trialSince: Date | undefined
  /** Who starts it, and since when. */
  start: { by: string; at: Date } | undefined
  backup: { id: string; made: Date } | undefined
  /** Since when users know of it. */
  announced: Date | undefined
  runbook: string | undefined
  /** The pull request that a change outside the repo goes with. */
  linkedPullRequest?: { number: number; state: LinkedPullRequestState } | undefined
}

export interface Shown {
  ok: boolean
  /** What was seen; strangers' text may be in it. */
  why: string
  /** From when on it does not count any more. */
  until?: Date
  /** Where only time is missing: from when on it counts. */
  from?: Date
}

/** One fact that a tier asks for. `show` is pure; undefined: nothing is known. */
export interface EvidenceModule {
  /** What has to be shown, after "You need". */
  what: string
  /** How it is ticked: a sentence. */
  how: string
  show(facts: EvidenceFacts): Shown | undefined
}

const minute = 60_000
export const hoursInMs = (count: number): number => count * 60 * minute
export const daysInMs = (count: number): number => hoursInMs(24 * count)

/** A fact with a date counts for so long, and a date to come is none. */
export function isFresh(now: Date, since: Date, lasts: number, why: string): Shown {
  const until = new Date(since.getTime() + lasts)
  if (since > now) return { ok: false, why: `${why}, which is in the future` }
  return until > now ? { ok: true, why, until } : { ok: false, why: `${why}, which is too long ago` }
}

/** A moment as people read it: minutes, in UTC. */
export const shownEvidence = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** What is said of each state. */
export const linkedPullRequestStates = {
  merged: 'is merged',
  green: 'is open, and its check is green',
  red: 'is open, and its check is not green',
  closed: 'was closed and not merged',
} as const

/** How a pull request is that a change outside the repo goes with. */
export type LinkedPullRequestState = keyof typeof linkedPullRequestStates
