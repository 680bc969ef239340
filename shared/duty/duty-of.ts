import { commitIn } from '../bump/component-commit.js'
import type { GitHub } from '../github/client.js'
import { compareCommits, firstParents } from '../github/compare.js'
import type { Component } from '../policy/policy.js'
import { mergesOf, type UpstreamChange } from './merges.js'
import { onDuty } from './on-duty.js'
import { withoutWriteAccess } from './writer-access.js'

/**
 * Who must see a bump through, found out anew from upstream's own history: what the bump's pull request says of itself, its
 * assignees included, proves nothing.
 *
 * @param from the version before
 * @param artifactCommit the upstream commit that the new version was made from, 7 to 40 hex digits
 */
export async function dutyOf(
  upstream: GitHub,
  component: Component,
  from: string,
  artifactCommit: string,
): Promise<string[]> {
  const merges = await mergesBetween(upstream, component, from, artifactCommit)
  return onDuty(merges, await withoutWriteAccess(upstream, component.upstream, merges))
}

/** The changes that a bump brings, oldest first; at most 30. */
export async function mergesBetween(
  upstream: GitHub,
  component: Component,
  from: string,
  artifactCommit: string,
): Promise<UpstreamChange[]> {
  const base = await commitIn(upstream, component, from)
  const made = await compareCommits(upstream, component.upstream, base, artifactCommit)
  const own = made.commits.filter(({ sha }) => sha.startsWith(artifactCommit))
  const artifact = own[0]?.sha ?? artifactCommit
  // The version may be named after a pull request's own commit: what its merge brought along counts as well.
  const [last] = (await mergesOf(upstream, component, own)).merges
  const head = last?.commit ?? artifact
  const range = head === artifact ? made : await compareCommits(upstream, component.upstream, base, head)
  return (await mergesOf(upstream, component, firstParents(range.commits, head))).merges
}
