import { inParallel } from '../../../shared/foundation/in-parallel.js'
import type { GitObjects } from '../../../shared/github/git-objects.js'
import { unreviewedMessage } from './commit-range.js'
import type { ClusterRange, RangeCommit } from './commit-range-types.js'
import { revertedIn } from './reverted-commits.js'

/**
 * Which of the commits that did not pass the gate are fully reverted. Reads no tree if every commit passed it, which is
 * nearly always.
 */
export async function collectReverted(
  objects: GitObjects,
  clusters: ClusterRange[],
  commits: RangeCommit[],
): Promise<string[]> {
  const isGated = new Map(commits.map((commit) => [commit.sha, unreviewedMessage(commit) === undefined]))
  // All are first parents of head, so that the longest line holds the others.
  const lines = clusters.map(({ relation }) => relation?.commits ?? [])
  const line = lines.toSorted((a, b) => b.length - a.length)[0]?.toReversed() ?? []
  const since = line.slice(line.findIndex(({ sha }) => isGated.get(sha) === false))
  const [oldest] = since
  if (!oldest?.parent || isGated.get(oldest.sha) !== false) return []

  // All are first parents of each other.
  const before = [oldest.parent, ...since.map(({ sha }) => sha)]
  const steps = await inParallel([...since.entries()], 8, async ([index, { sha }]) => ({
    ...{ sha, gated: isGated.get(sha) === true },
    changes: await objects.changes(before[index] ?? '', sha),
  }))
  const known = steps.flatMap(({ changes, ...step }) => (changes ? [{ ...step, changes }] : []))
  // A change that GitHub does not list whole cannot be compared.
  return known.length === steps.length ? revertedIn(known) : []
}
