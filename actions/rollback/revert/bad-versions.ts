import { commitIn } from '../../../shared/bump/component-commit.js'
import { readBumpFiles } from '../../../shared/bump/files.js'
import { versionOf } from '../../../shared/bump/targets.js'
import { mergesOf } from '../../../shared/duty/merges.js'
import { UserError } from '../../../shared/foundation/errors.js'
import { compareCommits, firstParents } from '../../../shared/github/compare.js'
import { readFiles } from '../../../shared/github/files.js'
import type { Component } from '../../../shared/policy/policy.js'
import type { BadVersion, CarriedCommit, GitContext } from './git-types.js'
import { revertCommand } from './revert-command.js'

/** The components whose versions differ between two commits of the deploy repo. */
export async function badVersions(
  { policy, github, upstream, world }: GitContext,
  verified: string,
  failed: string,
): Promise<BadVersion[]> {
  const versionAt = async (component: Component, commit: string): Promise<string | undefined> => {
    const read = (paths: string[]) => readFiles(github, world.run.repository, paths, commit)
    const files = await readBumpFiles(component, read).catch(missingFile)
    return files && versionOf(component.targets[0], component, files)
  }
  const bad: BadVersion[] = []
  for (const component of policy.components) {
    const [to, from] = await Promise.all([versionAt(component, verified), versionAt(component, failed)])
    if (from === undefined || to === undefined || from === to) continue
    // Whatever upstream answers, the version is blocked first.
    const commit = await commitIn(upstream, component, from).catch(() => undefined)
    bad.push({ component, from, to, commit })
  }
  return bad
}

/** A target's file may not have been there yet. */
function missingFile(error: unknown): undefined {
  if (!(error instanceof UserError) || error.reason !== 'target-missing') throw error
}

/** @throws GitHub's error where the upstream repository cannot be read. */
export async function readCarried(
  { upstream }: GitContext,
  { component, from, to }: BadVersion,
): Promise<CarriedCommit> {
  const base = await commitIn(upstream, component, to)
  const range = await compareCommits(upstream, component.upstream, base, await commitIn(upstream, component, from))
  const line = firstParents(range.commits, range.commits.at(-1)?.sha ?? range.base)
  const { merges, more } = await mergesOf(upstream, component, line)
  const undone = merges.map(async (merge) => ({
    ...merge,
    undo: await revertCommand(upstream, component.upstream, merge),
  }))
  return { merges: await Promise.all(undone), more }
}
