import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Workspace } from '../../../shared/foundation/workspace.js'
import { filesAt } from '../../../shared/git/commit-files.js'
import { refuseLinksOut } from '../../../shared/git/links-out.js'
import { defaultBranchName } from '../../../shared/github/branches.js'
import { compareCommits } from '../../../shared/github/compare.js'
import type { Policy } from '../../../shared/policy/policy.js'
import { showRendered } from '../../../shared/risk/rendered.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import { workspacePolicy } from '../../../shared/runtime/workspace-policy.js'
import type { DeployRepoContext } from '../context.js'
import type { Io } from '../io.js'
import { describeChanges, summaryRoom } from './describe-changes.js'
import { affectedClusters, checkFiles, type RenderContext, renderChanges } from './render-changes.js'

/**
 * What a commit of an open pull request changes, for the gate: it is compared with its merge base with the default branch.
 * The checkout stays the default branch's, and its policy decides what is rendered.
 *
 * @throws UserError if it cannot be rendered.
 */
export async function renderPullRequest(context: RenderContext, commit: string): Promise<ActionOutcome<Io['outputs']>> {
  const { world, github, target } = context
  const repo = world.run.repository
  const { mergeBase } = await compareCommits(github, repo, await defaultBranchName(github, repo), commit)
  return withPullRequestTree(context, commit, async (proposed) => {
    const policy = await inBoth(context.policy, proposed)
    const there = { ...context, policy, workspace: proposed }
    await checkFiles(there)
    const changes = await renderChanges(there, () => mergeBase)
    await world.summary(describeChanges(changes, summaryRoom, target))
    const names = affectedClusters(changes)
    const message = names.length === 0 ? 'No cluster would change.' : `This would change ${names.join(', ')}.`
    world.log.info(message)
    const about = { head: commit, base: mergeBase, ...(target === undefined ? {} : { target }) }
    return {
      finding: { decision: 'planned', reason: 'ok', message, commit },
      outputs: {
        changed: String(names.length > 0),
        affected: JSON.stringify(names),
        rendered: showRendered(about, changes),
      },
    }
  })
}

/** The files of another commit than the checked out one, as data; they are gone after `use`. */
export const withPullRequestTree = <T>(
  { world, workspace, token }: DeployRepoContext & { token: string },
  commit: string,
  use: (proposed: Workspace) => Promise<T>,
): Promise<T> =>
  withTempFolder(world, async (temp) => {
    const proposed = await filesAt({ exec: world.exec, run: world.run, workspace, token }, commit, temp)
    await refuseLinksOut(proposed.root)
    return use(proposed)
  })

/** A directory that is gone after `use`. */
export async function withTempFolder<T>(
  { run }: DeployRepoContext['world'],
  use: (temp: string) => Promise<T>,
): Promise<T> {
  const temp = await mkdtemp(join(run.temp, 'lockstep-proposed-'))
  try {
    return await use(temp)
  } finally {
    await rm(temp, { recursive: true, force: true })
  }
}

/** A cluster that the change removes from the policy has no files any more; its removal is reviewed as a policy change. */
async function inBoth(policy: Policy, proposed: Workspace): Promise<Policy> {
  const theirs = await workspacePolicy(proposed).catch(() => policy)
  return { ...policy, clusters: policy.clusters.filter(({ name }) => theirs.clusters.some((one) => one.name === name)) }
}
