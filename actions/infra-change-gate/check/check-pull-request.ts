import type { PureBump } from '../../../shared/bump/proof.js'
import { externalId, noDigest } from '../../../shared/records/gate-check.js'
import { decideGate, type GateFacts, type GateVerdict } from './decide.js'
import { checkSummary } from './describe.js'
import { type EvaluateContext, type Evaluation, evaluatePull } from './evaluate.js'
import { type GatePull, readPull } from './pull.js'
import { reportCheck, reportComment } from './report.js'

/** One check of a pull request, reported. */
export interface CheckedPull {
  pull: GatePull
  evaluation: Evaluation
  verdict: GateVerdict
  proof: PureBump | undefined
  /** When this head was checked for the first time, ISO 8601; undefined if that is now. */
  judgedSince: string | undefined
}

/** How often a pull request is checked again because somebody pushed meanwhile. */
const attempts = 3

/**
 * Checks a pull request, and reports the result as a check run on the checked commit, and as a comment if somebody has
 * something to do.
 */
export async function checkPullRequest(asked: GatePull, context: EvaluateContext): Promise<CheckedPull> {
  const { repo, github, world } = context
  let pull = asked
  for (let attempt = 1; ; attempt++) {
    const evaluation = await evaluatePull(pull, context)
    const verdict = decideGate(evaluation.facts)
    const now = await readPull(github, repo, pull.number)
    const moved = now.head !== pull.head || now.into !== pull.into
    if (moved && now.open && attempt < attempts) {
      world.log.info(`#${pull.number} changed during the check; checking again.`)
      pull = now
      continue
    }
    const judgedSince = await report(context, pull, evaluation, verdict)
    await world.summary(`**infra-change-gate: ${verdict.conclusion}.** ${checkSummary(verdict)}\n`)
    world.log.info(`${verdict.title}. ${verdict.why} ${verdict.next}`)
    return { pull, evaluation, verdict, proof: bumpOf(evaluation.facts), judgedSince }
  }
}

async function report(
  { github, repo }: EvaluateContext,
  pull: GatePull,
  { base, policy, policyDigest, change, until, digest = noDigest }: Evaluation,
  verdict: GateVerdict,
): Promise<string | undefined> {
  const { tier = 'none', breakGlass } = change?.derivation ?? {}
  const id = externalId({
    pr: pull.number,
    base,
    digest,
    tier,
    until,
    breakGlass,
    policy: policyDigest,
    seen: change?.seen,
  })
  const subject = { repo, pull: pull.number, head: pull.head, externalId: id, app: policy?.apps.gate }
  const since = await reportCheck(github, subject, verdict)
  await reportComment(github, subject, verdict)
  return since
}

const bumpOf = ({ proof }: GateFacts): PureBump | undefined => (proof?.pure && 'component' in proof ? proof : undefined)
