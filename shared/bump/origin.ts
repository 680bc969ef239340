import type { Clock } from '../foundation/clock.js'
import { UserError } from '../foundation/errors.js'
import type { GitHub } from '../github/client.js'
import { type CommitComparison, compareCommits } from '../github/compare.js'
import { hasStatus } from '../github/errors.js'
import { associatedPulls, isMergedInto } from '../github/merged-pull.js'
import type { Component } from '../policy/policy.js'
import { commitIn } from './component-commit.js'
import { isNotPure, type NotPure, notPure } from './not-pure.js'
import { touchesComponent } from './touches.js'
import { type UpstreamMains, upstreamMains } from './upstream-mains.js'

/** Where a version came from: merged upstream by a pull request, and what is deployed is part of it. */
export interface Origin {
  /** 40 hex digits. */
  artifactCommit: string
  merge: UpstreamMerge
}

/** What upstream is read with. */
export interface UpstreamReader {
  upstream: GitHub
  clock: Pick<Clock, 'sleep'>
  /** Shared by those that are looked at together. */
  mains?: UpstreamMains | undefined
}

/** The pull request that brought it upstream. */
export interface UpstreamMerge {
  /** What was merged, as the default branch has it. */
  commit: string
  /** The pull request's own last commit, which is what people saw. */
  head: string
  /** When, ISO 8601. */
  at: string
}

/**
 * Checks by upstream's own history that version `to` is what a merge made, and newer than `from`.
 *
 * @throws GitHub's 404 where the token may not see upstream at all: then nothing is known of its commits.
 */
export async function originOf(
  { upstream, clock, mains = upstreamMains(upstream) }: UpstreamReader,
  component: Component,
  from: string,
  to: string,
): Promise<Origin | NotPure> {
  // Of an upstream that is not to be seen at all nothing is known.
  await mains.nameOf(component.upstream)
  const old = await commitOf(upstream, component, from)
  const fresh = await commitOf(upstream, component, to)
  if (isNotPure(old)) return old
  if (isNotPure(fresh)) return fresh

  const step = await compareOrMiss(upstream, component, old.commit, fresh.commit)
  if (isNotPure(step)) return step
  if (step.status !== 'ahead') {
    return notPure(
      `${to} does not contain ${from}: ${step.status === 'diverged' ? 'neither contains the other' : 'it is older'}.`,
      'Bump to a version that contains the deployed one. To return to an older version, use a rollback.',
      'not-a-descendant',
    )
  }
  const artifactCommit = step.commits.find(({ sha }) => sha.startsWith(fresh.commit))?.sha
  if (artifactCommit === undefined) {
    return notPure(`Upstream has no commit ${fresh.commit}, which version ${to} refers to.`, merge(component))
  }
  const merged = await mergedByPull({ upstream, clock, mains }, component, artifactCommit)
  return isNotPure(merged) ? merged : { artifactCommit, merge: merged }
}

async function commitOf(
  upstream: GitHub,
  component: Component,
  version: string,
): Promise<{ commit: string } | NotPure> {
  try {
    return { commit: await commitIn(upstream, component, version) }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return notPure(
      error.message,
      'Use a version that upstream published for a merge, or correct "version" in the policy.',
    )
  }
}

async function compareOrMiss(
  upstream: GitHub,
  component: Component,
  base: string,
  head: string,
): Promise<CommitComparison | NotPure> {
  return orMiss(component, base, head, () => compareCommits(upstream, component.upstream, base, head))
}

async function orMiss<T>(
  component: Component,
  base: string,
  head: string,
  ask: () => Promise<T>,
): Promise<T | NotPure> {
  try {
    return await ask()
  } catch (error) {
    if (!hasStatus(error, 404, 422)) throw error
    return notPure(
      `${component.upstream} does not have commit ${base} or ${head}, or they have no common history.`,
      merge(component),
    )
  }
}

async function mergedByPull(
  { upstream, clock, mains }: UpstreamReader & { mains: UpstreamMains },
  component: Component,
  commit: string,
): Promise<UpstreamMerge | NotPure> {
  const repo = component.upstream
  const main = await mains.nameOf(repo)
  const onMain = await orMiss(component, commit, main, async () => ({ found: await mains.has(repo, commit) }))
  if (isNotPure(onMain)) return onMain
  if (!onMain.found) {
    return notPure(`Commit ${commit} is not on ${main} of ${repo}.`, merge(component))
  }
  const into = { github: upstream, clock, repo, branch: main }
  const merges = await associatedPulls(into, (pull) => isMergedInto(pull, into))(commit)
  if (merges.length === 0) {
    return notPure(`Commit ${commit} was added to ${main} of ${repo} without a pull request.`, merge(component))
  }
  // A commit in the middle of a pull request was never reviewed as what will be deployed.
  for (const { merge_commit_sha: merged, merged_at: at, head } of merges) {
    if (merged === null || at === null) continue
    const merge = { commit: merged, head: head.sha, at }
    if (merged === commit) return merge
    const rest = await compareOrMiss(upstream, component, commit, merged)
    if (
      !isNotPure(rest) &&
      (rest.status === 'identical' || (rest.status === 'ahead' && !touchesComponent(component, rest)))
    ) {
      return merge
    }
  }
  return notPure(
    `Commit ${commit} is only a part of the merged pull request.`,
    'Bump to the version that was published for the merge.',
  )
}

const merge = ({ upstream }: Component): string =>
  `Merge it into the default branch of ${upstream} with a pull request: only such changes are deployed without another review.`
