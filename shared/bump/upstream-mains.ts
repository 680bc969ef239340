import { defaultBranchName } from '../github/branches.js'
import type { GitHub } from '../github/client.js'
import { compareCommits } from '../github/compare.js'

/** The default branches of upstream repositories, as they were found once: many versions are held against one state of them. */
export interface UpstreamMains {
  /**
   * The branch's name.
   *
   * @param repo `owner/name`
   * @throws GitHub's 404 where the token may not see the repository.
   */
  nameOf(repo: string): Promise<string>
  /**
   * Whether the branch has a commit (40 hex digits).
   *
   * @throws GitHub's 404 where it is not known, or has no history in common.
   */
  has(repo: string, commit: string): Promise<boolean>
}

export function upstreamMains(upstream: GitHub): UpstreamMains {
  const names = new Map<string, Promise<string>>()
  const commits = new Map<string, Set<string>>()
  const asking = new Map<string, Promise<boolean>>()

  const nameOf = (repo: string): Promise<string> => {
    const name = names.get(repo) ?? defaultBranchName(upstream, repo)
    names.set(repo, name)
    name.catch(() => names.delete(repo))
    return name
  }
  const ask = async (repo: string, commit: string, known: Set<string>): Promise<boolean> => {
    const { status, commits } = await compareCommits(upstream, repo, commit, await nameOf(repo))
    if (status !== 'ahead' && status !== 'identical') return false
    // The branch has what came after the commit as well: the next ones need not be asked for.
    for (const { sha } of commits) known.add(sha)
    known.add(commit)
    return true
  }
  return {
    nameOf,
    async has(repo, commit) {
      const known = commits.get(repo) ?? new Set()
      commits.set(repo, known)
      // What another one asks for may answer this as well; its failure is its own.
      const other = asking.get(repo)
      if (other) await other.catch(() => {})
      if (known.has(commit)) return true
      const asked = ask(repo, commit, known)
      asking.set(repo, asked)
      return asked
    },
  }
}
