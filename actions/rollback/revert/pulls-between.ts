import { defaultBranchName } from '../../../shared/github/branches.js'
import { compareCommits, firstParents } from '../../../shared/github/compare.js'
import { mergedPulls } from '../../../shared/github/merged-pull.js'
import type { GitContext, PullInfo } from './git-types.js'

/** The merged pull requests on the first-parent line between two commits of the default branch, oldest first. */
export async function pullsBetween(
  { github, world }: Pick<GitContext, 'github' | 'world'>,
  before: string,
  after: string,
): Promise<PullInfo[]> {
  if (before === after) return []
  const repo = world.run.repository
  const { commits } = await compareCommits(github, repo, before, after)
  const branch = await defaultBranchName(github, repo)
  const pullOf = mergedPulls({ github, clock: world.clock, repo, branch })
  const pulls: PullInfo[] = []
  for (const { sha } of firstParents(commits, after).slice(0, 30).toReversed()) {
    const pull = await pullOf(sha)
    if (!pull) continue
    const { number, url, title, assignees, at: mergedAt } = pull
    pulls.push({ number, url, title, assignees, mergedAt })
  }
  return pulls
}
