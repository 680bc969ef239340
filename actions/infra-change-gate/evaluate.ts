import { explain } from '../../shared/action/errors.js'
import type { Reason } from '../../shared/action/result.js'
import type { World } from '../../shared/action/world.js'
import type { Change } from '../../shared/bump/proof.js'
import { provePure } from '../../shared/bump/prove.js'
import { upstreamChecks } from '../../shared/bump/upstream-checks.js'
import { operatorsOf } from '../../shared/duty/operators.js'
import type { GitHub } from '../../shared/github/client.js'
import { compare } from '../../shared/github/compare.js'
import { explainGitHub } from '../../shared/github/errors.js'
import { gitObjects } from '../../shared/github/git-objects.js'
import { forbidding, readBlockers } from '../../shared/holds/blockers.js'
import { parseRendered, type Rendered } from '../../shared/infra/rendered.js'
import { wordFacts } from '../../shared/infra/word-facts.js'
import { judgingPolicyOn } from '../../shared/policy/on-branch.js'
import type { Policy } from '../../shared/policy/policy.js'
import { verifiedCommits } from '../../shared/records/deployments.js'
import { noDigest } from '../../shared/records/gate-check.js'
import type { Facts } from './decide.js'
import { type Judgement, judgeChange } from './judge-change.js'
import type { Pull } from './pull.js'
import { spokenWords } from './spoken.js'

/** What was looked at, and what came of it. */
export interface Evaluation {
  facts: Facts
  /** The commit that head was compared with. */
  base: string
  policy: Policy | undefined
  /** Of that policy, see `policyDigest`. */
  policyDigest?: string
  /** Of what was proven, or is reviewed; undefined where it is neither. */
  digest?: string
  /** What the review is about, where it is reviewed. */
  change?: Judgement
  /** Until when this is so if nobody does anything; undefined where nothing is known that ends it. */
  until?: Date | undefined
}

export interface EvaluateContext {
  repo: string
  github: GitHub
  upstream: GitHub
  world: World
  /** What a job without keys rendered, as it handed it on; empty where there is nothing. */
  rendered: string
}

/** A change that is only this may be reviewed instead of proven; of others something is wrong. */
const reviewable: readonly Reason[] = ['not-a-pure-bump', 'carried-change', 'upstream-checks']

/** Looks at everything that a pull request's check is made of. A problem is a fact as well. */
export async function evaluate(pull: Pull, context: EvaluateContext): Promise<Evaluation> {
  const { repo, github, upstream, world } = context
  const facts: Facts = { into: pull.into, defaultBranch: pull.defaultBranch }
  const evaluation: Evaluation = { facts, base: pull.base, policy: undefined }
  try {
    const { policy, digest: policyDigest } = await judgingPolicyOn(github, repo, pull.defaultBranch)
    Object.assign(evaluation, { policy, policyDigest })
    if (pull.into !== pull.defaultBranch) return evaluation
    const { mergeBase: base, commits } = await compare(github, repo, pull.into, pull.head)
    evaluation.base = base
    const objects = gitObjects(github, repo)
    const change = { policy, base, head: pull.head, objects, upstream, http: world.http, clock: world.clock }
    const now = world.clock.now()
    const { until: waits, ...proven } = await prove(change, { github, repo, number: pull.number }, now)
    const { proof } = proven
    if (proof?.pure) return { ...evaluation, digest: proof.inputDigest, facts: { ...facts, ...proven } }
    if (!proof || !reviewable.includes(proof.reason)) return { ...evaluation, facts: { ...facts, ...proven } }
    const rendered = about(parseRendered(context.rendered), pull.head, base)
    const judged = await judgeChange({ github, repo, policy, pull, base, commits, world, rendered })
    const digest = judged.derivation.green ? judged.digest : noDigest
    const until = waits ?? judged.derivation.until
    return { ...evaluation, digest, change: judged, until, facts: { ...facts, ...proven, change: judged } }
  } catch (error) {
    if (world.cancelled.aborted) throw error
    const problem = explain(explainGitHub(error) ?? error)
    if (problem.reason === 'bug') world.log.info(error instanceof Error ? (error.stack ?? '') : '')
    return { ...evaluation, facts: { ...facts, problem } }
  }
}

/** What was rendered of another commit says nothing about this one. */
const about = (rendered: Rendered | undefined, head: string, base: string): Rendered | undefined =>
  rendered?.head === head && rendered.base === base ? rendered : undefined

/** The way back can be held by nothing. */
async function prove(
  change: Change,
  { github, repo, number }: { github: GitHub; repo: string; number: number },
  now: Date,
): Promise<Pick<Facts, 'proof' | 'held' | 'waits'> & Pick<Evaluation, 'until'>> {
  const { policy, upstream } = change
  const needed = policy.clusters.filter(({ optional }) => !optional).map(({ name }) => name)
  const place = { github, repo, gateBot: policy.apps.gate.bot }
  const proof = await provePure(change, () => verifiedCommits(place, needed, 1))
  if (!proof.pure || 'verified' in proof) return { proof }
  const holds = (await readBlockers(github, repo, policy)).filter(({ kind }) => kind === 'held')
  const [held] = await forbidding(holds, { [proof.component]: proof.to }, policy, upstream)
  const words = await spokenWords(place, number, operatorsOf(github, policy))
  const [waits] = wordFacts(words, proof.inputDigest, now).holds
  if (held || waits) return { proof, held, waits }
  const notGreen = await upstreamChecks(upstream, policy, proof)
  if (!notGreen) return { proof }
  return { proof: notGreen, until: notGreen.pending ? nextLook(proof.merge.at, now) : undefined }
}

/** What waits for long is looked at ever less often: checks that never end are no news. */
const nextLook = (merged: string, now: Date): Date => new Date(now.getTime() + (now.getTime() - Date.parse(merged)) / 4)
