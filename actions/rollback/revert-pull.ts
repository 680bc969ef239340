import { UserError } from '../../shared/action/errors.js'
import { branchTip } from '../../shared/github/branches.js'
import { repoRef } from '../../shared/github/client.js'
import { commitTree, isUntouched } from '../../shared/github/commit.js'
import { compare } from '../../shared/github/compare.js'
import { revertBody, revertMessage, revertTitle } from './describe.js'
import type { Failure, GitContext, Wanted } from './git-facts.js'

export interface RevertPull {
  number: number
  url: string
  /** The commit that the gate has to judge. */
  head: string
  state: 'open' | 'merged' | 'closed'
}

export const revertBranch = ({ failed }: Failure): string => `lockstep/revert/${failed.slice(0, 7)}`

const label = 'deploy-revert'

/**
 * The one pull request that brings main's release inputs back to the verified ones: one commit on top of main as it is now.
 * Commit first, ref last, then the pull request; run again, it goes on where it was.
 *
 * @throws UserError `changed-by-hand` where somebody works on its branch.
 */
export async function openRevert(context: GitContext, failure: Failure, wanted: Wanted): Promise<RevertPull> {
  const { github, world } = context
  const repo = world.run.repository
  const at = repoRef(repo)
  const name = revertBranch(failure)

  const head = await publishBranch(context, failure, wanted, name)
  const { data: list } = await github.rest.pulls.list({ ...at, state: 'open', head: `${at.owner}:${name}` })
  const { main, later } = wanted
  const found =
    list[0] ??
    (
      await github.rest.pulls.create({
        ...at,
        base: main.name,
        head: name,
        title: revertTitle(failure),
        body: revertBody(failure, later, world.run),
      })
    ).data
  const issue = { ...at, issue_number: found.number }
  if (!found.labels.some((one) => one.name === label)) await github.rest.issues.addLabels({ ...issue, labels: [label] })
  const duty = [...new Set([...failure.pulls, ...later].flatMap(({ assignees }) => assignees))].slice(0, 10)
  const missing = duty.filter((login) => !found.assignees?.some((one) => one.login === login))
  if (missing.length > 0) await github.rest.issues.addAssignees({ ...issue, assignees: missing })
  return { number: found.number, url: found.html_url, head, state: 'open' }
}

/** The pull request of an earlier attempt, if it has ended. */
export async function endedRevert({ github, world }: GitContext, failure: Failure): Promise<RevertPull | undefined> {
  const at = repoRef(world.run.repository)
  const head = `${at.owner}:${revertBranch(failure)}`
  const { data } = await github.rest.pulls.list({ ...at, state: 'closed', head })
  const pull = data.find(({ merged_at }) => merged_at !== null) ?? data[0]
  if (!pull) return undefined
  const state = pull.merged_at === null ? 'closed' : 'merged'
  return { number: pull.number, url: pull.html_url, head: pull.head.sha, state }
}

async function publishBranch(
  { github, world }: GitContext,
  failure: Failure,
  { main, changes }: Wanted,
  name: string,
): Promise<string> {
  const repo = world.run.repository
  const at = repoRef(repo)
  const { data: tree } = await github.rest.git.createTree({
    ...at,
    base_tree: main.tree,
    tree: changes.map(({ path, base }) => ({
      path,
      mode: (base?.mode ?? '100644') as '100644',
      type: 'blob' as const,
      sha: base?.sha ?? null,
    })),
  })
  const tip = await branchTip(github, repo, name)
  if (tip !== undefined) {
    const work = await compare(github, repo, main.tip, tip)
    const [only] = work.commits
    if (only && work.commits.length === 1 && only.tree === tree.sha && only.parents[0] === main.tip) return tip
    if (!isUntouched(work)) {
      throw new UserError('changed-by-hand', `Somebody works on the branch ${name}; it is left alone.`, {
        fix: 'Merge its pull request, or delete the branch and run this job again.',
      })
    }
  }
  const sha = await commitTree(github, repo, main, tree.sha, revertMessage(failure))
  if (tip === undefined) await github.rest.git.createRef({ ...at, ref: `refs/heads/${name}`, sha })
  else await github.rest.git.updateRef({ ...at, ref: `heads/${name}`, sha, force: true })
  return sha
}
