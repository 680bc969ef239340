import type { Seen } from '../check.js'

/** An issue of the gate App, as GraphQL shows it. Moments are ISO 8601. */
export interface PastIssue {
  number: number
  createdAt: string
  /** How many labels it was opened with, as far as is known: those that it has. */
  labels: number
  /** When it was given each label, by its timeline. */
  labeled: string[]
  /** Whether `editor` names somebody. */
  hasEditor: boolean
  /** The first and the last edit of its text in GitHub's own order; none where it was never edited. */
  edits: { first: string; last: string } | undefined
}

/** A comment that somebody reacted to, and whose text nobody changed since. */
export interface PastComment {
  createdAt: string
  updatedAt: string
  /** When somebody reacted last. */
  reactedAt: string
}

/** The ways in which a field of REST can be missing. */
export type ShownPast = 'absent' | 'null' | 'filled'

/** What a repository's own past, and how GitHub shows its settings, tell of rows of docs/github-assumptions.md. */
export interface Past {
  /** GraphQL's `viewer.login` by a job's token. */
  viewer: Seen<string>
  issues: Seen<PastIssue[]>
  comments: Seen<PastComment[]>
  /** Of each pull request that merged by itself: the GraphQL type of `mergedBy`, `nobody` where it is null. */
  autoMergers: Seen<string[]>
  /** Pull requests that are older than the newest commit of the default branch: whether `base.sha` is that commit. */
  basesFollow: Seen<boolean[]>
  /** Types that the branch's activity gives to the commits of merges by pull request. */
  mergeActivities: Seen<string[]>
  /** How many pull requests GitHub names for the newest merge of one. */
  pullsOfMerge: Seen<number | undefined>
  /** Lengths of the `external_id`s that the gate's checks came back with, and whether they are whole. */
  externalIds: Seen<{ length: number; whole: boolean }[]>
  /** Of each of the gate App's Deployments: numbers of its statuses in GitHub's own order, and the state of the oldest. */
  statuses: Seen<{ ids: number[]; first: string }[]>
  /** GraphQL's `payload` of the gate App's Deployments. */
  payloads: Seen<string[]>
  /** What a ruleset shows to the gate App of who may pass it by, and of itself. */
  bypass: Seen<{ list: ShownPast; may: string | undefined }[]>
  /** How required checks from any source say so, here and upstream. */
  anySource: Seen<ShownPast[]>
  /** `protection.enabled` of the default branch. */
  protection: Seen<boolean>
  /** Whether the settings of merging are shown to a token with contents: read. */
  mergeSettings: Seen<ShownPast>
  /** What a job's token is shown of each public repository upstream over GraphQL; only of others than this one. */
  upstreams: { repo: string; records: Seen<boolean>; rest: Seen<boolean> }[]
}
