import { readTree } from '../../shared/github/trees.js'
import { notGated } from './range.js'
import type { ClusterFacts, CommitFacts } from './range-types.js'
import type { Context } from './target.js'
import { type Step, undoneIn } from './undone.js'

/**
 * Which of the commits that did not come through the gate have left nothing behind. Asks for no tree where every commit came
 * through it, which is nearly always.
 */
export async function undoneOf(
  { github, world }: Context,
  clusters: ClusterFacts[],
  commits: CommitFacts[],
): Promise<string[]> {
  const isGated = new Map(commits.map((commit) => [commit.sha, notGated(commit) === undefined]))
  // All are first parents of head, so that the longest line holds the others.
  const lines = clusters.map(({ relation }) => relation?.commits ?? [])
  const line = lines.toSorted((a, b) => b.length - a.length)[0]?.toReversed() ?? []
  const since = line.slice(line.findIndex(({ sha }) => isGated.get(sha) === false))
  const [oldest] = since
  if (!oldest?.parent || isGated.get(oldest.sha) !== false) return []

  const repo = world.run.repository
  const before = await readTree(github, repo, oldest.parent)
  const steps: Step[] = []
  for (const { sha } of since) {
    const tree = await readTree(github, repo, sha)
    // What GitHub does not list whole, nobody can compare.
    if (!before || !tree) return []
    steps.push({ sha, gated: isGated.get(sha) === true, tree })
  }
  return before ? undoneIn(before, steps) : []
}
