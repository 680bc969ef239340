import type { Runtime } from '../../../shared/action/runtime.js'
import type { PureBump } from '../../../shared/bump/proof.js'
import { dutyOf } from '../../../shared/duty/duty-of.js'
import { operatorsOf } from '../../../shared/duty/operators.js'
import { reassignDuty, reassignmentsIn } from '../../../shared/duty/reassign.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { mergePullRequest } from '../../../shared/github/merge.js'
import { mergeWindowClosed } from '../../../shared/policy/deploy-windows.js'
import type { Policy } from '../../../shared/policy/policy.js'
import { readMergeCommand } from '../commands/merge-command.js'
import { replyToCommand } from '../commands/reply.js'
import type { GateVerdict } from './decide.js'
import { mayMerge } from './merge-policy.js'
import type { GatePull } from './pull.js'

/** What the gate has just checked and reported. */
export interface MergeSubject {
  policy: Policy
  pull: GatePull
  verdict: GateVerdict
  proof: PureBump | undefined
  /** When this head was checked for the first time, ISO 8601; undefined if that is now. */
  judgedSince: string | undefined
}

/** Merges a green pure bump if the policy allows it by itself, or whoever is on duty asked for it. Returns whether it was merged. */
export async function mergeIfRequested(
  github: GitHub,
  upstream: GitHub,
  world: Runtime,
  { policy, pull, verdict, proof, judgedSince }: MergeSubject,
): Promise<boolean> {
  const { run, log, clock } = world
  const go = await readMergeCommand(github, run)
  const how = policy.merge.bump
  if (!go && how !== 'auto') return false
  const component = policy.components.find(({ name }) => name === proof?.component)
  const base = go && proof && component ? await dutyOf(upstream, component, proof.from, proof.artifactCommit) : []
  const duty = go ? await dutyUnder(github, { repo: run.repository, pull: pull.number, policy }, base) : []
  const operators = 'logins' in policy.operators ? policy.operators.logins : []
  const shut = mergeWindowClosed(policy, clock.now())
  const may = mayMerge({ how, verdict, draft: pull.draft, go, duty, operators, judgedSince, shut })

  const done = may.merge
    ? await mergePullRequest(github, world, { repo: run.repository, number: pull.number, head: pull.head })
    : undefined
  const tell = may.merge
    ? done?.merged === false && `GitHub refused the merge: ${done.why} Fix that, then comment /merge again.`
    : may.tell
  if (tell) log.info(`Not merged: ${tell}`)
  const reaction = done?.merged ? 'rocket' : 'confused'
  if (go) await replyToCommand(github, run.repository, pull.number, go, { tell: tell || undefined, reaction })
  return done?.merged === true
}

/**
 * Who is on duty, after the reassignments under the bump's pull request.
 *
 * @param base who is on duty by upstream's history
 */
async function dutyUnder(
  github: GitHub,
  { repo, pull, policy }: { repo: string; pull: number; policy: Policy },
  base: string[],
): Promise<string[]> {
  const where = { ...repoRef(repo), issue_number: pull, per_page: 100 }
  const comments = await github.paginate(github.rest.issues.listComments, where)
  return reassignDuty(base, await reassignmentsIn(github, comments, operatorsOf(github, policy))).duty
}
