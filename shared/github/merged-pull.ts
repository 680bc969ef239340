import { type GitHub, repoRef } from './client.js'

export interface MergedPull {
  number: number
  url: string
  title: string
  /** The head's commit when it was merged. */
  head: string
  /** When it was merged. ISO 8601. */
  at: string
}

/** The merged pull request into `branch` whose merge this commit is; undefined for a commit that came in another way. */
export async function mergedPull(
  github: GitHub,
  repo: string,
  sha: string,
  branch: string,
): Promise<MergedPull | undefined> {
  const { data } = await github.rest.repos.listPullRequestsAssociatedWithCommit({ ...repoRef(repo), commit_sha: sha })
  const pull = data.find(
    (candidate) =>
      candidate.merged_at != null &&
      candidate.merge_commit_sha === sha &&
      candidate.base.ref === branch &&
      candidate.base.repo.full_name.toLowerCase() === repo.toLowerCase(),
  )
  if (!pull?.merged_at) return undefined
  return { number: pull.number, url: pull.html_url, title: pull.title, head: pull.head.sha, at: pull.merged_at }
}
