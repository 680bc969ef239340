import type { World } from '../../shared/action/world.js'
import { defaultBranch } from '../../shared/github/branches.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { compare, firstParentLine } from '../../shared/github/compare.js'
import { hasStatus } from '../../shared/github/errors.js'
import { mergedPulls } from '../../shared/github/merged-pull.js'
import { pushersOf, pushesTo } from '../../shared/github/pushes.js'
import type { Policy } from '../../shared/policy/policy.js'
import { acceptedBy } from '../../shared/records/accept-check.js'
import type { CommitFacts } from './decide-accept.js'

/** What GitHub knows of a commit named by its first digits; undefined where there is no such commit, or several. */
export async function commitFacts(
  github: GitHub,
  { run, clock }: World,
  policy: Policy,
  named: string,
): Promise<CommitFacts | undefined> {
  const repo = run.repository
  const found = await readCommit(github, repo, named)
  if (!found) return undefined
  const { sha, writers } = found
  const branch = await defaultBranch(github, repo)
  const { status, commits } = await compare(github, repo, sha, branch.tip)
  const above = firstParentLine(commits, branch.tip).toReversed()
  const onBranch = status === 'identical' || (status === 'ahead' && above[0]?.parents[0] === sha)
  if (!onBranch) return { sha, onBranch, pull: undefined, writers, pushers: undefined, accepted: undefined }
  const line = [sha, ...above.map((commit) => commit.sha)]
  return {
    ...{ sha, onBranch, writers },
    pull: (await mergedPulls({ github, clock, repo, branch: branch.name })(sha))?.number,
    pushers: pushersOf(line, await pushesTo(github, repo, branch.name)),
    accepted: await acceptedBy(github, repo, sha, policy.apps.gate.id),
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
