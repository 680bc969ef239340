import { commitIn } from '../bump/component-commit.js'
import type { GitHub } from '../github/client.js'
import { compare, firstParents } from '../github/compare.js'
import type { Component } from '../policy/policy.js'
import { mergesOf } from './merges.js'
import { onDuty } from './on-duty.js'

/**
 * Who must see a bump through, found out anew from upstream's own history: what the bump's pull request says of itself, its
 * assignees included, proves nothing.
 *
 * @param from the version before
 * @param artifactCommit the upstream commit that the new version was made from, 40 hex digits
 */
export async function dutyOf(
  upstream: GitHub,
  component: Component,
  from: string,
  artifactCommit: string,
): Promise<string[]> {
  const base = await commitIn(upstream, component, from)
  const made = await compare(upstream, component.upstream, base, artifactCommit)
  const own = made.commits.filter(({ sha }) => sha === artifactCommit)
  // The version may be named after a pull request's own commit: what its merge brought along counts as well.
  const [last] = (await mergesOf(upstream, component, own)).merges
  const head = last?.commit ?? artifactCommit
  const range = head === artifactCommit ? made : await compare(upstream, component.upstream, base, head)
  return onDuty((await mergesOf(upstream, component, firstParents(range.commits, head))).merges)
}
