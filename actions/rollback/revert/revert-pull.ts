import { UserError } from '../../../shared/foundation/errors.js'
import { branchTip, defaultBranchName } from '../../../shared/github/branches.js'
import { repoRef } from '../../../shared/github/client.js'
import { commitTreeByApi, isUntouched } from '../../../shared/github/commit.js'
import { compareCommits } from '../../../shared/github/compare.js'
import { firstInPages } from '../../../shared/github/pages.js'
import { pullsFrom } from '../../../shared/github/pulls-from.js'
import { workflowRefusal } from '../../../shared/github/refs.js'
import { revertBody, revertMessage, revertTitle } from '../describe.js'
import type { FailedRange, GitContext } from './git-types.js'
import { revertLabel } from './requested-revert.js'
import type { RevertDiff } from './revert-diff.js'

export interface RevertPull {
  number: number
  url: string
  /** The commit that the gate has to judge. */
  head: string
  state: 'open' | 'merged' | 'closed'
  /** The commit on main that it was merged as. */
  merge: string | undefined
  /** When it was opened and merged, ISO 8601. */
  openedAt: string
  mergedAt: string | undefined
}

export const revertBranch = ({ failed }: Pick<FailedRange, 'failed'>): string => `lockstep/revert/${failed.slice(0, 7)}`

/**
 * The one pull request that restores main's release inputs to the verified ones: one commit on top of main as it is now.
 * Commit first, ref last, then the pull request; run again, it goes on where it was.
 *
 * @throws UserError `branch-modified` where somebody works on its branch.
 */
export async function openRevert(context: GitContext, failure: FailedRange, wanted: RevertDiff): Promise<RevertPull> {
  const { github, world } = context
  const repo = world.run.repository
  const at = repoRef(repo)
  const name = revertBranch(failure)

  const head = await publishBranch(context, failure, wanted, name)
  const { main, later } = wanted
  const [present] = await firstInPages(pullsFrom(github, repo, { branch: name, base: main.name, state: 'open' }), 1)
  const found =
    present ??
    (
      await github.rest.pulls.create({
        ...at,
        base: main.name,
        head: name,
        title: revertTitle(failure),
        body: revertBody(failure, later),
      })
    ).data
  const issue = { ...at, issue_number: found.number }
  if (!found.labels.some((one) => one.name === revertLabel))
    await github.rest.issues.addLabels({ ...issue, labels: [revertLabel] })
  const duty = [...new Set([...failure.pulls, ...later].flatMap(({ assignees }) => assignees))].slice(0, 10)
  const missing = duty.filter((login) => !found.assignees?.some((one) => one.login === login))
  if (missing.length > 0) await github.rest.issues.addAssignees({ ...issue, assignees: missing })
  const { number, html_url: url, created_at: openedAt } = found
  return { number, url, head, state: 'open', merge: undefined, openedAt, mergedAt: undefined }
}

/** The revert of a failure as it is now; of several, the one that was merged. Only what goes into the default branch is one. */
export async function revertOf(
  { github, world }: GitContext,
  failure: Pick<FailedRange, 'failed'>,
): Promise<RevertPull | undefined> {
  const repo = world.run.repository
  const base = await defaultBranchName(github, repo)
  const data = await firstInPages(pullsFrom(github, repo, { branch: revertBranch(failure), base, state: 'all' }))
  const pull = data.find(({ merged_at }) => merged_at !== null) ?? data.find(({ state }) => state === 'open') ?? data[0]
  if (!pull) return undefined
  const { number, html_url: url, created_at: openedAt } = pull
  const found = { number, url, head: pull.head.sha, openedAt }
  if (pull.merged_at === null)
    return { ...found, state: pull.state === 'open' ? 'open' : 'closed', mergedAt: undefined, merge: undefined }
  return { ...found, state: 'merged', mergedAt: pull.merged_at, merge: pull.merge_commit_sha ?? undefined }
}

async function publishBranch(
  { github, world }: GitContext,
  failure: FailedRange,
  { main, changes }: RevertDiff,
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
    const work = await compareCommits(github, repo, main.tip, tip)
    const [only] = work.commits
    if (only && work.commits.length === 1 && only.tree === tree.sha && only.parents[0] === main.tip) return tip
    if (!isUntouched(work)) {
      throw new UserError(
        'branch-modified',
        `Somebody else pushed to the branch ${name}, so Lockstep does not change it.`,
        {
          fix: 'Merge its pull request, or delete the branch and run this job again.',
        },
      )
    }
  }
  const sha = await commitTreeByApi(github, repo, main, tree.sha, revertMessage(failure))
  if (tip === undefined) await github.rest.git.createRef({ ...at, ref: `refs/heads/${name}`, sha })
  else {
    await github.rest.git.updateRef({ ...at, ref: `heads/${name}`, sha, force: true }).catch((error: unknown) => {
      throw workflowRefusal(name, error) ?? error
    })
  }
  return sha
}
