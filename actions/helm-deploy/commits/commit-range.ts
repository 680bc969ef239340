import type { Blocker } from '../../../shared/blocks/blockers.js'
import type { Reason } from '../../../shared/foundation/result.js'
import type { MergedPull } from '../../../shared/github/merged-pull.js'
import type { WaveName } from '../../../shared/policy/policy.js'
import { highestTier, type SemverLevel } from '../../../shared/risk/types.js'
import type { ClusterRange, CommitRangeFacts, RangeCommit } from './commit-range-types.js'

export interface PlannedCluster {
  name: string
  wave: WaveName
  from: string
  /** The highest of what it gets. */
  tier: SemverLevel
  /** Newest first. A revert has no component, and goes back to the deploy repo's commit `to`; where that is its own, it was reviewed. */
  commits: { sha: string; pull: MergedPull; component: string | undefined; from: string; to: string }[]
}

/** An optional cluster that gets nothing in this run. */
export interface LeftOut {
  name: string
  message: string
  fix: string
}

export type CommitRangeDecision =
  | { kind: 'go'; clusters: PlannedCluster[]; leftOut: LeftOut[]; undone: RangeCommit[]; accepted: RangeCommit[] }
  | { kind: 'blocked'; blocker: Blocker }
  | { kind: 'refuse'; reason: Reason; message: string; fix: string }

type Refusal = Extract<CommitRangeDecision, { kind: 'refuse' }>

/**
 * May head be deployed? A green check on a pull request is not enough: every commit since the last verified one must have
 * passed the gate, and must still be a pure bump now that it is merged; or it must be fully reverted. A reason against an
 * optional cluster alone skips only that one.
 */
export function decideCommitRange(facts: CommitRangeFacts): CommitRangeDecision {
  const [blocker] = facts.blockers
  if (blocker) return { kind: 'blocked', blocker }

  const refusal = refusalFor(
    facts,
    facts.clusters.filter(({ optional }) => !optional),
  )
  if (refusal) return refusal

  const judged = facts.clusters.map((cluster) => ({ cluster, refusal: refusalFor(facts, [cluster]) }))
  const leftOut = judged.flatMap(({ cluster, refusal }) => (refusal ? [{ name: cluster.name, ...refusal }] : []))
  const clusters = judged.filter(({ refusal }) => !refusal).map(({ cluster }) => planned(cluster, facts.commits))
  const [first] = leftOut
  // Nothing left to deploy to is no success.
  if (clusters.length === 0 && first) return refuse(first.reason, first.message, first.fix)
  const undone = facts.commits.filter(({ sha }) => facts.undone.includes(sha))
  return { kind: 'go', clusters, leftOut, undone, accepted: facts.commits.filter(({ accepted }) => accepted) }
}

/** The first reason not to deploy head to any of these clusters. */
function refusalFor({ head, commits, undone }: CommitRangeFacts, clusters: ClusterRange[]): Refusal | undefined {
  for (const cluster of clusters) {
    const refusal = unreachable(cluster, head)
    if (refusal) return refusal
  }
  const theirs = new Set(clusters.flatMap(({ relation }) => relation?.commits.map(({ sha }) => sha) ?? []))
  // The oldest is named first: later merges depend on it.
  for (const commit of commits.toReversed()) {
    const refusal = theirs.has(commit.sha) && !undone.includes(commit.sha) ? unreviewedMessage(commit) : undefined
    if (refusal) return refusal
  }
  return undefined
}

const short = (sha: string): string => sha.slice(0, 7)

const refuse = (reason: Reason, message: string, fix: string): Refusal => ({ kind: 'refuse', reason, message, fix })

function unreachable({ name, verified, relation }: ClusterRange, head: string): Refusal | undefined {
  if (verified === undefined || !relation) {
    return refuse(
      'not-adopted',
      `Nothing is recorded as verified on ${name} yet.`,
      `Run the workflow adopt.yml for ${name}: it inspects what is deployed there, tests it and records it.`,
    )
  }
  if (relation.status === 'behind') {
    return refuse(
      'outdated-commit',
      `${short(head)} is older than ${short(verified)}, which is verified on ${name}.`,
      'Run the deploy of the newest commit of the default branch. To deploy older code, revert the change with a pull request.',
    )
  }
  if (relation.status === 'diverged' || !relation.complete) {
    const many = relation.status === 'ahead' && relation.total > relation.listed
    return refuse(
      'not-a-descendant',
      many
        ? `There are ${relation.total} commits between ${short(verified)}, which is verified on ${name}, and ${short(head)}; at most ${relation.listed} can be checked.`
        : `${short(head)} is not a first-parent descendant of ${short(verified)}, which is verified on ${name}.`,
      many
        ? `Adopt ${name} again at a newer commit.`
        : `Was the default branch rewritten? Restore it, or adopt ${name} again.`,
    )
  }
  return undefined
}

/** The commits that block a deploy to any cluster, oldest first. */
export const unreviewedIn = ({ commits, undone }: Pick<CommitRangeFacts, 'commits' | 'undone'>): RangeCommit[] =>
  commits.filter((commit) => !undone.includes(commit.sha) && unreviewedMessage(commit)).toReversed()

/** Why a commit does not count as having passed the gate; undefined if it does. */
export function unreviewedMessage({
  sha,
  author,
  pull,
  gate,
  proof,
  reviewed,
  otherPolicy,
  untimely,
  accepted,
}: RangeCommit): Refusal | undefined {
  if (!pull && accepted !== undefined) return undefined
  const who = `${short(sha)} by ${JSON.stringify(author)}`
  if (!pull) {
    return refuse(
      'unreviewed-commit',
      `${who} is not the merge of a pull request: it was pushed directly, or is one of several commits of a rebase merge.`,
      `Revert it with a pull request (git revert ${short(sha)}): deploys continue once it is fully reverted. To keep it, an operator who did not write it reviews it and comments "/approve ${short(sha)}" on the issue that this run opens.`,
    )
  }
  const of = `#${pull.number} (${who})`
  if (gate !== 'success') {
    const words = {
      'not-success': 'was merged although the gate had not succeeded',
      missing: 'was merged without a check by the gate App',
      'another-pull-request': "has only the gate's check for another pull request",
    } as const
    return refuse(
      'unreviewed-commit',
      `${of} ${words[gate ?? 'missing']}.`,
      `Revert it with a pull request (git revert -m 1 ${short(sha)}), and require the check in the ruleset with the gate App as its only source.`,
    )
  }
  if (!proof?.pure && !reviewed) {
    return refuse(
      'unreviewed-commit',
      `${of} is not a pure bump: ${proof?.why ?? 'it has no parent'}.`,
      proof?.fix ?? `Revert ${short(sha)} with a pull request.`,
    )
  }
  if (otherPolicy) {
    return refuse(
      'unreviewed-commit',
      `${of} passed the gate under another policy than main had when it was merged.`,
      `Revert it with a pull request (git revert -m 1 ${short(sha)}), and merge it again after the gate has checked it with the current policy.`,
    )
  }
  if (untimely !== undefined) {
    return refuse(
      'outside-window',
      `${of} was merged outside its window: ${untimely}.`,
      `Revert it with a pull request (git revert -m 1 ${short(sha)}), which is allowed at any time, and merge it again inside the window.`,
    )
  }
  return undefined
}

function planned({ name, wave, verified = '', relation }: ClusterRange, all: RangeCommit[]): PlannedCluster {
  const commits = (relation?.commits ?? []).flatMap(({ sha }): PlannedCluster['commits'] => {
    const commit = all.find((candidate) => candidate.sha === sha)
    if (!commit?.pull) return []
    if (!commit.proof?.pure) {
      return commit.reviewed ? [{ sha, pull: commit.pull, component: undefined, from: sha, to: sha }] : []
    }
    if ('verified' in commit.proof) {
      return [{ sha, pull: commit.pull, component: undefined, from: sha, to: commit.proof.verified }]
    }
    const { component, from, to } = commit.proof
    return [{ sha, pull: commit.pull, component, from, to }]
  })
  const theirs = all.filter(({ sha }) => commits.some((one) => one.sha === sha))
  return { name, wave, from: verified, tier: highestTier(theirs.map(({ tier = 'none' }) => tier)), commits }
}
