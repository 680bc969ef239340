import type { Runtime } from '../../../shared/action/runtime.js'
import { forbiddingBlockers, readBlockers } from '../../../shared/blocks/blockers.js'
import type { ProvenChange } from '../../../shared/bump/proof.js'
import { provePure } from '../../../shared/bump/prove.js'
import { upstreamChecks } from '../../../shared/bump/upstream-checks.js'
import { operatorsOf } from '../../../shared/duty/operators.js'
import { explainError } from '../../../shared/foundation/errors.js'
import type { Reason } from '../../../shared/foundation/result.js'
import type { GitHub } from '../../../shared/github/client.js'
import { compareCommits } from '../../../shared/github/compare.js'
import { explainGitHub } from '../../../shared/github/errors.js'
import { gitObjects } from '../../../shared/github/git-objects.js'
import { judgingPolicyOn } from '../../../shared/policy/on-branch.js'
import type { Policy } from '../../../shared/policy/policy.js'
import { verifiedCommits } from '../../../shared/records/deployments.js'
import { noDigest } from '../../../shared/records/gate-check.js'
import { approvalFacts } from '../../../shared/requirements/approvals.js'
import { parseRendered, type Rendered } from '../../../shared/risk/rendered.js'
import { recordedCommands } from '../commands/recorded-commands.js'
import type { GateFacts } from './decide.js'
import { type ChangeEvaluation, evaluateChange } from './evaluate-change.js'
import type { GatePull } from './pull.js'

/** The facts that were read, and the evaluation. */
export interface Evaluation {
  facts: GateFacts
  /** The merge base, which head was compared with. */
  base: string
  policy: Policy | undefined
  /** Of that policy, see `policyDigest`. */
  policyDigest?: string
  /** Of the proven or reviewed change; undefined if it is neither. */
  digest?: string
  /** The review, if it is reviewed. */
  change?: ChangeEvaluation
  /** Until when this is valid if nobody acts; undefined if nothing is known that changes it. */
  until?: Date | undefined
}

export interface EvaluateContext {
  repo: string
  github: GitHub
  upstream: GitHub
  world: Runtime
  /** Output `rendered` of the job without keys; empty if nothing was rendered. */
  rendered: string
}

/** With one of these reasons a change can be reviewed instead of proven; any other reason is an error. */
const reviewable: readonly Reason[] = ['not-a-pure-bump', 'transitive-change', 'upstream-checks']

/** Reads everything that the check of a pull request needs. A problem is a fact as well. */
export async function evaluatePull(pull: GatePull, context: EvaluateContext): Promise<Evaluation> {
  const { repo, github, upstream, world } = context
  const facts: GateFacts = { into: pull.into, defaultBranch: pull.defaultBranch }
  const evaluation: Evaluation = { facts, base: pull.base, policy: undefined }
  try {
    const { policy, digest: policyDigest } = await judgingPolicyOn(github, repo, pull.defaultBranch)
    Object.assign(evaluation, { policy, policyDigest })
    if (pull.into !== pull.defaultBranch) return evaluation
    const { mergeBase: base, commits } = await compareCommits(github, repo, pull.into, pull.head)
    evaluation.base = base
    const objects = gitObjects(github, repo)
    const change = { policy, base, head: pull.head, objects, upstream, http: world.http, clock: world.clock }
    const now = world.clock.now()
    const { until: waits, ...proven } = await prove(change, { github, repo, number: pull.number }, now)
    const { proof } = proven
    if (proof?.pure) return { ...evaluation, digest: proof.inputDigest, facts: { ...facts, ...proven } }
    if (!proof || !reviewable.includes(proof.reason)) return { ...evaluation, facts: { ...facts, ...proven } }
    const rendered = about(parseRendered(context.rendered), pull.head, base)
    const judged = await evaluateChange({ github, repo, policy, pull, base, commits, world, rendered })
    const digest = judged.derivation.green ? judged.digest : noDigest
    const until = waits ?? judged.derivation.until
    return { ...evaluation, digest, change: judged, until, facts: { ...facts, ...proven, change: judged } }
  } catch (error) {
    if (world.cancelled.aborted) throw error
    const problem = explainError(explainGitHub(error) ?? error)
    if (problem.reason === 'internal-error') world.log.info(error instanceof Error ? (error.stack ?? '') : '')
    return { ...evaluation, facts: { ...facts, problem } }
  }
}

/** The rendering, only if it is of this exact commit and base. */
const about = (rendered: Rendered | undefined, head: string, base: string): Rendered | undefined =>
  rendered?.head === head && rendered.base === base ? rendered : undefined

/** Proves a pure bump or revert. No blocked version, hold or freeze applies to a revert. */
async function prove(
  change: ProvenChange,
  { github, repo, number }: { github: GitHub; repo: string; number: number },
  now: Date,
): Promise<Pick<GateFacts, 'proof' | 'held' | 'waits'> & Pick<Evaluation, 'until'>> {
  const { policy, upstream } = change
  const needed = policy.clusters.filter(({ optional }) => !optional).map(({ name }) => name)
  const place = { github, repo, gateBot: policy.apps.gate.bot }
  const proof = await provePure(change, () => verifiedCommits(place, needed, 1))
  if (!proof.pure || 'verified' in proof) return { proof }
  const holds = (await readBlockers(github, repo, policy)).filter(({ kind }) => kind === 'version-blocked')
  const [held] = await forbiddingBlockers(holds, { [proof.component]: proof.to }, policy, upstream)
  const commands = await recordedCommands(place, number, operatorsOf(github, policy))
  const [waits] = approvalFacts(commands, proof.inputDigest, now).holds
  if (held || waits) return { proof, held, waits }
  const notGreen = await upstreamChecks(upstream, policy, proof)
  if (!notGreen) return { proof }
  return { proof: notGreen, until: notGreen.pending ? nextCheck(proof.merge.at, now) : undefined }
}

/** The longer it waits, the more rarely it is checked again: some checks never end. */
const nextCheck = (merged: string, now: Date): Date =>
  new Date(now.getTime() + (now.getTime() - Date.parse(merged)) / 4)
