import { randomBytes } from 'node:crypto'
import type { Runtime } from '../../../shared/action/runtime.js'
import { runKey } from '../../../shared/foundation/run-facts.js'
import { repoRef } from '../../../shared/github/client.js'
import type { BinderBuildCheck } from '../../../shared/policy/smoke-types.js'
import type { Leftover } from '../leftovers.js'

type Branch = Extract<Leftover, { kind: 'branch' }>

/** What has to be removed afterwards, known before it is made. */
export function freshBranch({ repo, token }: BinderBuildCheck): Branch {
  return { kind: 'branch', repo, token, branch: `lockstep-smoke-${randomBytes(6).toString('hex')}` }
}

/** Makes a commit without a change on top of `ref`, on that branch. Returns the commit, 40 hex digits. */
export async function makeFreshCommit(
  { repo, ref, token }: BinderBuildCheck,
  { branch }: Branch,
  world: Pick<Runtime, 'github' | 'run'>,
): Promise<string> {
  const github = world.github(token)
  const at = repoRef(repo)
  const { data: base } = await github.rest.repos.getCommit({ ...at, ref })
  const { data: commit } = await github.rest.git.createCommit({
    ...at,
    message: `Empty commit, so that a new image is built\n\n${branch}, run ${runKey(world.run)}`,
    tree: base.commit.tree.sha,
    parents: [base.sha],
  })
  await github.rest.git.createRef({ ...at, ref: `refs/heads/${branch}`, sha: commit.sha })
  return commit.sha
}
