import type { Reason } from '../../shared/foundation/result.js'

/** One change that is merged upstream and not verified on every cluster that counts. Logins are strangers' text. */
export interface UndeployedChange {
  /** Undefined for a direct push. */
  pull: number | undefined
  /** The commit on the default branch, 40 hex digits. */
  commit: string
  /** Who sees it through; undefined where nobody is known. */
  duty: string | undefined
  /** When it was merged, ISO 8601; undefined where that is not known. */
  since: string | undefined
}

/** Where the oldest undeployed change stands in the deploy repo, and the page that shows it. */
export type RolloutStatus =
  | { kind: 'unpublished' }
  | { kind: 'proposed'; pull: number; url: string; since: string }
  | { kind: 'deploying'; verified: string[]; left: string[]; url: string }
  | { kind: 'failed'; cluster: string; url: string }

/** What forbids every deploy of the component for now. */
export interface Blocked {
  kind: 'version-blocked' | 'deploy-freeze'
  number: number
  url: string
}

/** All there is to know of one component's queue. */
export interface QueueState {
  component: string
  /** The policy's `deploy-queue.max-undeployed`: how many may be merged and not verified, the one about to be merged included. */
  max: number
  /** Oldest first. */
  undeployed: UndeployedChange[]
  /** Of the oldest; undefined where nothing is undeployed. */
  stage: RolloutStatus | undefined
  shut: Blocked | undefined
  /** How long the last deploys took, in ms; undefined where that is not known. */
  usual: { middle: number; slow: number } | undefined
  /** The policy's `deploy-queue.window`: whether it is open, and when that changes, in words; undefined where it never closes. */
  window: { open: boolean; until: string } | undefined
}

/** A queue that could not be looked at. */
export interface UnknownQueue {
  component: string
  problem: string
}

/** A pull request upstream, or what a merge queue is about to merge. */
export interface MergeCandidate {
  /** It may be merged as far as people are concerned: it is no draft, and nobody has yet to approve it. */
  ready: boolean
  /** The components whose version it changes; undefined where that is not known. */
  makes: string[] | undefined
  /** Set for what a merge queue is about to merge: how many changes come before it. It waits there, where a refusal would throw it out. */
  queued: { ahead: number } | undefined
  /** The label that makes it an exception, where it has one. */
  exception: string | undefined
  /** It reverts or fixes one of these changes: commits, 40 hex digits. */
  repairs: string[]
  /** By its label it repairs what is wrong, also where nobody can see what that is. */
  fix: boolean
}

export interface QueueStatus {
  state: 'success' | 'failure' | 'error' | 'pending'
  /** At most 140 characters, as GitHub allows. The same facts give the same words, so that nothing is written twice. */
  description: string
  /** The page that clears it, or shows where it stands. */
  url: string | undefined
}

/** A status with the word for it in results. */
export interface QueueVerdict extends QueueStatus {
  reason: Reason
}
