import { gitMaybe, resolveCommit } from './git.js'
import { type PullRequest, pullRequests } from './pull-sync.js'
import type { Repo } from './state.js'

/** The pull requests that GitHub associates with a commit: those that have it, or brought it in. */
export async function pullRecordsWithCommit(repo: Repo, sha: string): Promise<PullRequest[]> {
  const all = pullRequests(repo)
  const associated = await Promise.all(all.map((one) => has(repo, one, sha)))
  return all.filter((_, index) => associated[index])
}

/** A pull request has the commits between its base and its head; one that is merged also those that the merge made. */
async function has(repo: Repo, { issue, pull }: PullRequest, sha: string): Promise<boolean> {
  if (pull.merged?.sha === sha || pull.headSha === sha) return true
  if (pull.merged?.since && (await isBetween(repo, sha, pull.merged.since, pull.merged.sha))) return true
  if (issue.state !== 'open' && !pull.merged) return false
  const before = await resolveCommit(repo.gitDir, pull.baseSha)
  return before !== undefined && (await isBetween(repo, sha, before, pull.headSha))
}

/** Asks git for the list, whose answer is remembered, and not once for each commit. */
const isBetween = async ({ gitDir }: Repo, sha: string, after: string, until: string): Promise<boolean> =>
  (await gitMaybe(gitDir, ['rev-list', `${after}..${until}`]))?.split('\n').includes(sha) ?? false
