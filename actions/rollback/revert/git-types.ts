import type { Runtime } from '../../../shared/action/runtime.js'
import type { UpstreamChange } from '../../../shared/duty/merges.js'
import type { GitHub } from '../../../shared/github/client.js'
import type { Component, Policy } from '../../../shared/policy/policy.js'

export interface GitContext {
  policy: Policy
  /** The gate App on this repository, and on the upstream ones. */
  github: GitHub
  upstream: GitHub
  world: Runtime
  /** How long the gate's check is waited for, in milliseconds. */
  wait: number
}

/** A component whose version is reverted. */
export interface BadVersion {
  component: Component
  from: string
  to: string
  /**
   * The upstream commit of the bad version, as much of it as the version names: 7 to 40 hex digits. Undefined where a tag
   * names it and upstream does not say which.
   */
  commit: string | undefined
}

/** A change upstream, and the git command that reverts it. */
export interface CarriedMerge extends UpstreamChange {
  undo: string
}

/** What a bad version contains. */
export interface CarriedCommit {
  merges: CarriedMerge[]
  /** How many more there are. */
  more: number
}

export interface PullInfo {
  number: number
  url: string
  title: string
  assignees: string[]
  /** ISO 8601 */
  mergedAt: string
}

/** What failed, or what somebody asked to roll back from, and what was verified before. */
export interface FailedRange {
  /** `<run id>/<attempt>` of the deploy, or of the dispatch, and its address. */
  run: string
  url: string
  /** In one sentence, with the cluster: strangers' text. */
  cause: string
  /** The deploy repo's commits: the last one verified everywhere, and the one that failed. */
  verified: string
  failed: string
  bad: BadVersion[]
  /** The pull requests between them. */
  pulls: PullInfo[]
  /** Clusters that could not be rolled back without losing data: main is not reverted either. */
  irreversible: string[]
}

/** A deploy, by its run's `<run id>/<attempt>` and its commit. */
export interface FailedDeploy {
  run: string
  commit: string
}
