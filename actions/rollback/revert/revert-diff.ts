import { inputChanges } from '../../../shared/bump/revert.js'
import { UserError } from '../../../shared/foundation/errors.js'
import { type Branch, defaultBranch } from '../../../shared/github/branches.js'
import { readFiles } from '../../../shared/github/files.js'
import { gitObjects } from '../../../shared/github/git-objects.js'
import type { TreeChange } from '../../../shared/github/trees.js'
import type { PathFacts } from '../cluster/decide.js'
import type { FailedRange, GitContext, PullInfo } from './git-types.js'
import { onlyVersions } from './only-versions.js'
import { pullsBetween } from './pulls-between.js'

/** What has to change on main so that its release inputs are the verified ones. */
export interface RevertDiff {
  main: Branch
  /** `base` is what is verified, `head` what main has. */
  changes: TreeChange[]
  paths: PathFacts[]
  /** Pull requests that were merged after what failed, and that are reverted with it. */
  later: PullInfo[]
}

export async function readRevertDiff(context: GitContext, { verified, failed }: FailedRange): Promise<RevertDiff> {
  const { policy, github, world } = context
  const repo = world.run.repository
  const main = await defaultBranch(github, repo)
  const objects = gitObjects(github, repo)
  const [changes, since] = await Promise.all([
    inputChanges(objects, policy, verified, main.tip),
    inputChanges(objects, policy, failed, main.tip),
  ])
  if (!changes || !since) {
    throw new UserError('revert-conflict', 'The repository has more files than GitHub lists at once.', {
      fix: `Revert by hand: git restore --source ${verified} with the paths of charts and values.`,
    })
  }
  const later = new Map(since.map((change) => [change.path, change]))
  const read = (commit: string) => (files: string[]) => readFiles(github, repo, files, commit)
  const name = (entry: TreeChange['head']): string | undefined => entry && `${entry.mode} ${entry.sha}`
  const paths = await Promise.all(
    changes.map(async ({ path, base, head }): Promise<PathFacts> => {
      const moved = later.get(path)
      return {
        path,
        verified: name(base),
        failed: name(moved ? moved.base : head),
        main: name(head),
        onlyVersions: moved !== undefined && (await onlyVersions(policy, path, read(verified), read(main.tip))),
      }
    }),
  )
  return { main, changes, paths, later: await pullsBetween({ github, world }, failed, main.tip) }
}
