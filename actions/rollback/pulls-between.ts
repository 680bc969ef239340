import { type GitHub, repoRef } from '../../shared/github/client.js'
import { compare, firstParents } from '../../shared/github/compare.js'
import type { PullInfo } from './git-types.js'

/** The merged pull requests on the first-parent line between two commits, oldest first. */
export async function pullsBetween(github: GitHub, repo: string, before: string, after: string): Promise<PullInfo[]> {
  if (before === after) return []
  const { commits } = await compare(github, repo, before, after)
  const pulls: PullInfo[] = []
  for (const { sha } of firstParents(commits, after).slice(0, 30).toReversed()) {
    const { data } = await github.rest.repos.listPullRequestsAssociatedWithCommit({ ...repoRef(repo), commit_sha: sha })
    const pull = data.find((one) => one.merge_commit_sha === sha)
    if (!pull) continue
    const assignees = (pull.assignees ?? []).map(({ login }) => login)
    const { number, html_url: url, title, merged_at: mergedAt } = pull
    pulls.push({ number, url, title, assignees, mergedAt: mergedAt ?? '' })
  }
  return pulls
}
