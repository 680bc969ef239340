import { execa } from 'execa'
import type { Repo } from '../../rehearsal/github/state.js'
import type { Emulator } from '../../rehearsal/github/types.js'

/** Makes a repository one whose default branch has always been called so: pull requests went into it, environments admit it. */
export async function renameBranch(github: Emulator, repo: string, name: string): Promise<void> {
  // The emulator's settings are the repository itself.
  const settings = github.repository(repo) as Repo
  const before = settings.defaultBranch
  await execa('git', ['branch', '-m', before, name], { cwd: settings.gitDir })
  settings.defaultBranch = name
  const renamed = (branch: string): string => (branch === before ? name : branch)
  for (const { pull } of settings.issues.values()) if (pull) pull.base = renamed(pull.base)
  for (const environment of settings.environments.values()) environment.branches = environment.branches.map(renamed)
  for (const activity of settings.activities)
    if (activity.ref === `refs/heads/${before}`) activity.ref = `refs/heads/${name}`
}
