import { execa } from 'execa'
import type { Emulator } from '../../rehearsal/github/types.js'

/** Gives a repository's default branch another name, as an admin does it: environments admit that one then. */
export async function renameBranch(github: Emulator, repo: string, name: string): Promise<void> {
  const settings = github.repository(repo)
  const before = settings.defaultBranch
  await execa('git', ['branch', '-m', before, name], { cwd: settings.gitDir })
  settings.defaultBranch = name
  for (const environment of settings.environments.values())
    environment.branches = environment.branches.map((branch) => (branch === before ? name : branch))
}
