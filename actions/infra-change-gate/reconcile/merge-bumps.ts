import type { Runtime } from '../../../shared/action/runtime.js'
import { bumpBranches } from '../../../shared/bump/branch.js'
import { explainError } from '../../../shared/foundation/errors.js'
import type { Reason } from '../../../shared/foundation/result.js'
import { defaultBranchName } from '../../../shared/github/branches.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { explainGitHub } from '../../../shared/github/errors.js'
import { listPages } from '../../../shared/github/pages.js'
import { mergeWindowClosed } from '../../../shared/policy/deploy-windows.js'
import { policyOn } from '../../../shared/policy/on-branch.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import type { definition } from '../io.js'

type Done = ActionOutcome<typeof definition.outputs>

/**
 * Checks every open bump again if the policy lets the App merge by itself now: a bump that turned green outside the merge
 * window is merged when the window opens.
 *
 * @param check checks one pull request, and merges it if allowed
 */
export async function mergeBumps(
  github: GitHub,
  world: Runtime,
  check: (pull: number) => Promise<Done>,
): Promise<Done> {
  const { repository: repo, sha: commit } = world.run
  const branch = await defaultBranchName(github, repo)
  const policy = await policyOn(github, repo, branch)
  const shut =
    policy.merge.bump === 'auto' ? mergeWindowClosed(policy, world.clock.now()) : 'the policy leaves merging to people'
  if (shut !== undefined) {
    const message = `No bump was merged: ${shut}.`
    world.log.info(message)
    return { finding: { decision: 'skipped', reason: 'up-to-date', message, commit }, outputs: {} }
  }
  const asked = { ...repoRef(repo), state: 'open' as const, base: branch, per_page: 100 }
  const bumps: { number: number }[] = []
  // All pages, so that no bump is missed behind other pull requests.
  const open = listPages(github.paginate.iterator(github.rest.pulls.list, asked), {
    list: `open pull requests of ${repo}`,
    fix: 'Close those that nobody works on.',
  })
  for await (const { number, head, draft } of open) {
    if (head.ref.startsWith(bumpBranches) && !draft) bumps.push({ number })
  }
  const merged: number[] = []
  const problems: Problem[] = []
  for (const { number } of bumps) {
    const { wasMerged, problem } = await attempt(() => check(number), world)
    if (wasMerged) merged.push(number)
    if (problem) problems.push({ ...problem, text: `#${number}: ${problem.text}` })
  }
  const message = `${bumps.length} bumps checked; merged: ${merged.map((number) => `#${number}`).join(', ') || 'none'}.`
  const [decision, reason] = merged.length > 0 ? (['updated', 'ok'] as const) : (['unchanged', 'up-to-date'] as const)
  const [first] = problems
  return {
    finding: { decision: first ? 'failure' : decision, reason: first?.reason ?? reason, message, commit },
    outputs: { merged: String(merged.length > 0) },
    ...(first ? { problem: problems.map(({ text }) => text).join('\n') } : {}),
  }
}

interface Problem {
  reason: Reason
  text: string
}

/** A problem with one bump must not delay the others. */
async function attempt(
  task: () => Promise<Done>,
  { cancelled, log }: Runtime,
): Promise<{ wasMerged: boolean; problem?: Problem }> {
  try {
    const { finding, outputs, problem } = await task()
    const wasMerged = outputs.merged === 'true'
    return problem === undefined ? { wasMerged } : { wasMerged, problem: { reason: finding.reason, text: problem } }
  } catch (error) {
    if (cancelled.aborted) throw error
    const { reason, message, fix } = explainError(explainGitHub(error) ?? error)
    if (reason === 'internal-error' && error instanceof Error) log.info(error.stack ?? message)
    return { wasMerged: false, problem: { reason, text: `${message} ${fix}` } }
  }
}
