import { appCheckRuns } from '../../../shared/github/app-check-runs.js'
import { branchTip } from '../../../shared/github/branches.js'
import { mergePullRequest } from '../../../shared/github/merge.js'
import { gateCheckName, parseExternalId } from '../../../shared/records/gate-check.js'
import type { GitContext } from './git-types.js'
import type { RevertDiff } from './revert-diff.js'
import type { RevertPull } from './revert-pull.js'

export type RevertMergeOutcome =
  | { kind: 'merged' }
  /** Main has moved: the revert has to be made anew. */
  | { kind: 'moved' }
  | { kind: 'left'; why: string }

const pause = 2_000

/** Merges the revert once the gate has proven it. The gate runs by itself, because an App opened the pull request. */
export async function mergeWhenGreen(
  context: GitContext,
  pull: RevertPull,
  { main }: RevertDiff,
): Promise<RevertMergeOutcome> {
  const { github, world, wait } = context
  const repo = world.run.repository
  const started = world.clock.now().getTime()
  for (;;) {
    if ((await branchTip(github, repo, main.name)) !== main.tip) return { kind: 'moved' }
    const conclusion = await gateSays(context, pull)
    if (conclusion === 'success') break
    if (conclusion !== undefined) return { kind: 'left', why: `the gate's check ended with ${conclusion}` }
    if (world.clock.now().getTime() - started >= wait) return { kind: 'left', why: 'the gate did not check it in time' }
    await world.clock.sleep(pause)
  }
  const isStale = async () => (await branchTip(github, repo, main.name)) !== main.tip
  const { number, head } = pull
  const done = await mergePullRequest(github, world, { repo, number, head, isStale })
  if (done.merged) return { kind: 'merged' }
  if (await isStale()) return { kind: 'moved' }
  return { kind: 'left', why: `GitHub refuses the merge: ${done.why}` }
}

/** Undefined until the gate App has judged exactly this commit for exactly this pull request. */
async function gateSays({ github, world, policy }: GitContext, pull: RevertPull): Promise<string | undefined> {
  const asked = { repo: world.run.repository, commit: pull.head, name: gateCheckName, app: policy.apps.gate.id }
  const runs = await appCheckRuns(github, asked)
  const latest = runs.find((check) => parseExternalId(check.external_id)?.pr === pull.number)
  return latest?.status === 'completed' ? (latest.conclusion ?? 'nothing') : undefined
}
