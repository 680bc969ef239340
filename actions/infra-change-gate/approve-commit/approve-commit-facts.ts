import type { Runtime } from '../../../shared/action/runtime.js'
import { defaultBranch } from '../../../shared/github/branches.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { compareCommits, firstParentLine } from '../../../shared/github/compare.js'
import { hasStatus } from '../../../shared/github/errors.js'
import { mergedPulls } from '../../../shared/github/merged-pull.js'
import { pushersOf, pushesTo } from '../../../shared/github/pushes.js'
import type { Policy } from '../../../shared/policy/policy.js'
import { approvedBy } from '../../../shared/records/commit-approval.js'
import type { CommitToApprove } from './decide-approve-commit.js'

/** What GitHub knows of a commit named by its first digits; undefined if there is no such commit, or several. */
export async function collectUnreviewedCommit(
  github: GitHub,
  { run, clock }: Runtime,
  policy: Policy,
  named: string,
): Promise<CommitToApprove | undefined> {
  const repo = run.repository
  const found = await readCommit(github, repo, named)
  if (!found) return undefined
  const { sha, writers } = found
  const branch = await defaultBranch(github, repo)
  const { status, commits } = await compareCommits(github, repo, sha, branch.tip)
  const above = firstParentLine(commits, branch.tip).toReversed()
  const onBranch = status === 'identical' || (status === 'ahead' && above[0]?.parents[0] === sha)
  if (!onBranch) return { sha, onBranch, pull: undefined, writers, pushers: undefined, accepted: undefined }
  const line = [sha, ...above.map((commit) => commit.sha)]
  return {
    ...{ sha, onBranch, writers },
    pull: (await mergedPulls({ github, clock, repo, branch: branch.name })(sha))?.number,
    pushers: pushersOf(line, await pushesTo(github, repo, branch.name)),
    accepted: await approvedBy(github, repo, sha, policy.apps.gate.id),
  }
}

async function readCommit(github: GitHub, repo: string, named: string) {
  try {
    const { data } = await github.rest.repos.getCommit({ ...repoRef(repo), ref: named })
    // A branch can have a name that looks like a commit's.
    if (!data.sha.startsWith(named)) return undefined
    const writers = [data.author, data.committer].flatMap((one) => (one && 'login' in one ? [one.login] : []))
    return { sha: data.sha, writers }
  } catch (error) {
    if (hasStatus(error, 404, 409, 422)) return undefined
    throw error
  }
}
