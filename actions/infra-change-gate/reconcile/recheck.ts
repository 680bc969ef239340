import type { Runtime } from '../../../shared/action/runtime.js'
import { appCheckRuns } from '../../../shared/github/app-check-runs.js'
import { defaultBranchName } from '../../../shared/github/branches.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { startGate } from '../../../shared/github/start-gate.js'
import { judgingPolicyOn } from '../../../shared/policy/on-branch.js'
import { gateCheckName, parseExternalId } from '../../../shared/records/gate-check.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import { evidenceDigest, readTrials } from '../check/evidence-digest.js'
import type { definition } from '../io.js'
import { isRecheckDue, type LastCheck } from './recheck-due.js'

/**
 * Starts the gate's workflow again for every open pull request whose check is outdated although nobody acted: evidence expires,
 * windows open and close, main gets another policy, upstream's checks end, reviews and staging trials cause no event, and
 * events get lost. Safe to repeat.
 *
 * @param starter may start workflows (`actions: write`)
 */
export async function recheckPulls(
  github: GitHub,
  starter: GitHub,
  world: Runtime,
): Promise<ActionOutcome<typeof definition.outputs>> {
  const { repository: repo, sha: commit } = world.run
  const ref = await defaultBranchName(github, repo)
  const { policy, digest } = await judgingPolicyOn(github, repo, ref)
  const where = { ...repoRef(repo), state: 'open' as const, base: ref, per_page: 100 }
  const place = { github, repo, gateBot: policy.apps.gate.bot }
  const trials = readTrials(place, policy)
  const due: number[] = []
  for (const { number, head, updated_at: updated } of await github.paginate(github.rest.pulls.list, where)) {
    const last = await lastCheckOf(github, repo, { number, head: head.sha, app: policy.apps.gate.id })
    // A2, A4: these may have caused no event. Pull requests into another branch and proven changes do not depend on them.
    const seen = last?.seen === undefined ? undefined : await evidenceDigest(place, trials, number)
    if (isRecheckDue(last, { policy: digest, seen }, new Date(updated), world.clock.now())) due.push(number)
  }
  for (const number of due) await startGate(starter, repo, ref, number)
  const named = due.map((number) => `#${number}`).join(', ')
  const message = due.length === 0 ? 'Every check is up to date.' : `Started the check again: ${named}.`
  world.log.info(message)
  const [decision, reason] = due.length > 0 ? (['updated', 'ok'] as const) : (['unchanged', 'up-to-date'] as const)
  return { finding: { decision, reason, message, commit }, outputs: {} }
}

/** The gate's latest check of a pull request's head; undefined if there is none yet. */
async function lastCheckOf(
  github: GitHub,
  repo: string,
  { number, head, app }: { number: number; head: string; app: number },
): Promise<LastCheck | undefined> {
  const runs = await appCheckRuns(github, { repo, commit: head, name: gateCheckName, app })
  const own = runs.find(({ external_id: id }) => parseExternalId(id)?.pr === number)
  const about = own && parseExternalId(own.external_id)
  // GitHub counts the newest for all pull requests with this head.
  const overwritten = own?.conclusion !== runs[0]?.conclusion
  return about && { until: about.until, policy: about.policy, seen: about.seen, overwritten }
}
