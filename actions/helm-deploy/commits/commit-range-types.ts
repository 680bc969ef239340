import type { Blocker } from '../../../shared/blocks/blockers.js'
import type { Proof } from '../../../shared/bump/proof.js'
import type { PureRevert } from '../../../shared/bump/revert.js'
import type { MergedPull } from '../../../shared/github/merged-pull.js'
import type { WaveName } from '../../../shared/policy/policy.js'
import type { SemverLevel } from '../../../shared/risk/types.js'

export type GateConclusion = 'success' | 'not-success' | 'missing' | 'another-pull-request'

/** One commit on the first-parent line of head. */
export interface RangeCommit {
  sha: string
  author: string
  /** The merged pull request into the default branch whose merge it is. */
  pull: MergedPull | undefined
  gate: GateConclusion | undefined
  /** Only asked for where the gate said success. */
  proof: Proof | PureRevert | undefined
  /** Whether what was merged is the very change that the gate let in by review; only asked for where it proves to be no bump. */
  reviewed?: boolean
  /** Whether main had another policy when it was merged than the one that the gate let it in by; of what was reviewed. */
  otherPolicy?: boolean
  /** How dangerous the gate found it; undefined where the gate did not say success. */
  tier?: SemverLevel | undefined
  /** Why it may not have been merged when it was; undefined where it might. */
  untimely?: string | undefined
  /** Which operator accepted it as it is; only for what came by no pull request. */
  accepted: string | undefined
}

export interface RangeRelation {
  /** GitHub's word for how head lies to the verified commit. */
  status: 'ahead' | 'behind' | 'identical' | 'diverged'
  /** First parents of head down to the verified commit, newest first. */
  commits: { sha: string; parent: string | undefined; author: string }[]
  /** Whether the first parents reach the verified commit. */
  complete: boolean
  /** How many commits there are between them, side branches as well, and how many of those GitHub was asked for. */
  total: number
  listed: number
}

export interface ClusterRange {
  name: string
  wave: WaveName
  /** A reason against it blocks no other cluster. */
  optional: boolean
  /** The commit of the last success record; undefined where nothing was ever recorded. */
  verified: string | undefined
  relation: RangeRelation | undefined
}

export interface CommitRangeFacts {
  head: string
  clusters: ClusterRange[]
  commits: RangeCommit[]
  /** The commits that did not pass the gate and are fully reverted. */
  undone: string[]
  /** Only those that forbid head. */
  blockers: Blocker[]
}
