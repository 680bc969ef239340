import { join } from 'node:path'
import { type MadeMerge, makeMerge } from '../../../shared/git/merge-commit.js'
import { compareCommits } from '../../../shared/github/compare.js'
import type { DeployRepoContext } from '../context.js'

/**
 * The default branch as this run has it, with a pull request's head. Made in the job: GitHub's own test merge is made anew only
 * when the head is pushed, the merge base changes, or after 12 hours (C17), and nothing keeps one that was replaced (A24).
 *
 * @param temp a directory that is the caller's to remove.
 * @throws UserError where a commit cannot be had, or git cannot merge.
 */
export async function stagingMerge(
  { github, world, workspace, token }: DeployRepoContext & { token: string },
  head: string,
  temp: string,
): Promise<MadeMerge> {
  const { run, exec } = world
  const { mergeBase: base } = await compareCommits(github, run.repository, run.sha, head)
  return makeMerge({ exec, run, workspace, token }, { base, ours: run.sha, theirs: head }, join(temp, 'merge'))
}
