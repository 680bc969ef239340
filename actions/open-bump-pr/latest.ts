import type { PublishedVersion } from '../../shared/bump/published.js'
import { type CommitComparison, type ComparedCommit, firstParents } from '../../shared/github/compare.js'

/** The default branch's own commits, as far as the deployed version lacks them, by what is published of them. */
export interface VersionLine {
  /** Those that brought a commit which has a version, newest first. */
  published: { commit: string; version: string }[]
  /** Those after the newest of these, newest first. */
  unpublished: ComparedCommit[]
}

/**
 * Which commits of the default branch have a version, by ancestry: a version may be made from a commit of the pull request
 * that was merged, and not from the merge.
 *
 * @param range what `head` has and the deployed version has not
 * @param head the newest commit, 40 hex digits
 * @param versions the versions that are published for commits of the range
 */
export function versionLineOf(
  { commits }: Pick<CommitComparison, 'commits'>,
  head: string,
  versions: ReadonlyMap<string, Pick<PublishedVersion, 'version'>>,
): VersionLine {
  const line = firstParents(commits, head)
  const bySha = new Map(commits.map((commit) => [commit.sha, commit]))
  const seen = new Set<string>()
  const broughtBy = (commit: ComparedCommit): string | undefined => {
    const found: string[] = []
    const queue = [commit.sha]
    for (let sha = queue.pop(); sha !== undefined; sha = queue.pop()) {
      if (seen.has(sha)) continue
      seen.add(sha)
      const version = versions.get(sha)?.version
      if (version !== undefined) found.push(version)
      queue.push(...(bySha.get(sha)?.parents ?? []))
    }
    return found[0]
  }
  // From the oldest: what an older one has brought already, a newer one does not bring.
  const brought = line.toReversed().flatMap(({ sha, ...commit }) => {
    const version = broughtBy({ sha, ...commit })
    return version === undefined ? [] : [{ commit: sha, version }]
  })
  const published = brought.toReversed()
  const newest = line.findIndex(({ sha }) => sha === published[0]?.commit)
  return { published, unpublished: newest < 0 ? line : line.slice(0, newest) }
}
