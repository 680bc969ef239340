import type { Outcome } from '../../shared/action/action.js'
import type { World } from '../../shared/action/world.js'
import { defaultBranchName } from '../../shared/github/branches.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { laneShut } from '../../shared/infra/window.js'
import { policyOn } from '../../shared/policy/on-branch.js'
import type { definition } from './io.js'

type Done = Outcome<typeof definition.outputs>

/**
 * Judges every open bump again where the policy lets the App merge by itself, and now: what turned green outside the lane's window
 * is merged when it opens.
 *
 * @param judge judges one pull request, and merges it where it may
 */
export async function mergeBumps(github: GitHub, world: World, judge: (pull: number) => Promise<Done>): Promise<Done> {
  const { repository: repo, sha: commit } = world.run
  const branch = await defaultBranchName(github, repo)
  const policy = await policyOn(github, repo, branch)
  const shut =
    policy.merge.bump === 'auto' ? laneShut(policy, world.clock.now()) : 'the policy leaves merging to people'
  if (shut !== undefined) {
    world.log.info(`Nothing to do: ${shut}.`)
    return { finding: { decision: 'skipped', reason: 'already-there', message: shut, commit }, outputs: {} }
  }
  const { data } = await github.rest.pulls.list({ ...repoRef(repo), state: 'open', base: branch, per_page: 100 })
  const bumps = data.filter(({ head, draft }) => head.ref.startsWith('lockstep/bump/') && !draft)
  const merged: number[] = []
  for (const { number } of bumps) {
    if ((await judge(number)).outputs.merged === 'true') merged.push(number)
  }
  const message = `${bumps.length} bumps looked at; merged: ${merged.map((number) => `#${number}`).join(', ') || 'none'}.`
  const [decision, reason] =
    merged.length > 0 ? (['updated', 'ok'] as const) : (['unchanged', 'already-there'] as const)
  return { finding: { decision, reason, message, commit }, outputs: { merged: String(merged.length > 0) } }
}
