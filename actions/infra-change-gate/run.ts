import type { Outcome } from '../../shared/action/action.js'
import { explain } from '../../shared/action/errors.js'
import type { Values } from '../../shared/action/inputs.js'
import type { Reason } from '../../shared/action/result.js'
import type { World } from '../../shared/action/world.js'
import type { Change, Pure } from '../../shared/bump/proof.js'
import { provePure } from '../../shared/bump/prove.js'
import { defaultBranchName } from '../../shared/github/branches.js'
import type { GitHub } from '../../shared/github/client.js'
import { compare } from '../../shared/github/compare.js'
import { explainGitHub } from '../../shared/github/errors.js'
import { forbidding, readBlockers } from '../../shared/holds/blockers.js'
import { policyOn } from '../../shared/policy/on-branch.js'
import type { Policy } from '../../shared/policy/policy.js'
import { verifiedCommits } from '../../shared/records/deployments.js'
import { externalId, noDigest } from '../../shared/records/gate-check.js'
import { acceptCommit } from './accept.js'
import { decide, type Facts, type Verdict } from './decide.js'
import { checkSummary } from './describe.js'
import { examineSetup } from './doctor/doctor.js'
import { keepHolds } from './holds.js'
import type { definition } from './io.js'
import { judgeChange } from './judge-change.js'
import { mergeIfAsked } from './merge.js'
import { findPullNumber, type Pull, readPull } from './pull.js'
import { reportCheck, reportComment } from './report.js'

type Inputs = Values<typeof definition.inputs>
type Done = Outcome<typeof definition.outputs>

/** What was looked at, and what came of it. */
interface Evaluation {
  facts: Facts
  /** The commit that head was compared with. */
  base: string
  policy: Policy | undefined
  /** Of what was proven, or is reviewed; undefined where it is neither. */
  digest?: string
}

/** A change that is only this may be reviewed instead of proven; of others something is wrong. */
const reviewable: readonly Reason[] = ['not-a-pure-bump', 'carried-change']

/** How often a pull request is looked at again because somebody pushed meanwhile. */
const attempts = 3

/**
 * Keeps the holds (see holds.ts), hears `/accept` (see accept.ts), examines the setup (see doctor/), or judges one pull request and reports it as a check on the commit that was judged, and as a comment where there is something
 * to do. Nothing of the pull request is ever run; its files are read as data.
 *
 * A problem while judging is reported as red, and then fails the step as well.
 */
export async function infraChangeGate(inputs: Inputs, world: World): Promise<Done> {
  const repo = world.run.repository
  const github = world.github(inputs.token)
  if (inputs.about !== 'pull-request') {
    const branch = await defaultBranchName(github, repo)
    const policy = await policyOn(github, repo, branch)
    if (inputs.about === 'setup') return examineSetup({ github, policy, branch, inputs, world })
    return inputs.about === 'holds' ? keepHolds({ github, policy, world }) : acceptCommit({ github, policy, world })
  }
  const upstream = world.github(inputs['upstream-token'])

  let pull = await readPull(github, repo, await findPullNumber(github, inputs['pull-request'], world.run))
  for (let attempt = 1; ; attempt++) {
    if (!pull.open) return closed(pull)
    const evaluation = await evaluate(pull, repo, github, upstream, world)
    const verdict = decide(evaluation.facts)
    const now = await readPull(github, repo, pull.number)
    const moved = now.head !== pull.head || now.into !== pull.into
    if (moved && attempt < attempts) {
      world.log.info(`#${pull.number} changed while it was looked at; looking again.`)
      pull = now
      continue
    }
    const judgedSince = await report(github, repo, pull, evaluation, verdict)
    await world.summary(`**infra-change-gate: ${verdict.conclusion}.** ${checkSummary(verdict)}\n`)
    world.log.info(`${verdict.title}. ${verdict.why} ${verdict.next}`)
    const { policy, facts } = evaluation
    const judged = policy && { policy, pull, verdict, proof: bumpOf(facts), judgedSince }
    const merged = judged !== undefined && (await mergeIfAsked(github, upstream, world, judged))
    return outcome(pull, facts, verdict, merged)
  }
}

async function evaluate(pull: Pull, repo: string, github: GitHub, upstream: GitHub, world: World): Promise<Evaluation> {
  const facts: Facts = { into: pull.into, defaultBranch: pull.defaultBranch }
  const evaluation: Evaluation = { facts, base: pull.base, policy: undefined }
  try {
    const policy = await policyOn(github, repo, pull.defaultBranch)
    evaluation.policy = policy
    if (pull.into !== pull.defaultBranch) return evaluation
    const { mergeBase: base, commits } = await compare(github, repo, pull.into, pull.head)
    evaluation.base = base
    const proven = await prove({ policy, repo, base, head: pull.head, github, upstream, http: world.http })
    const { proof } = proven
    if (proof?.pure) return { ...evaluation, digest: proof.inputDigest, facts: { ...facts, ...proven } }
    if (!proof || !reviewable.includes(proof.reason)) return { ...evaluation, facts: { ...facts, ...proven } }
    const change = await judgeChange({ github, repo, policy, pull, base, commits, world })
    const digest = change.derivation.green ? change.digest : noDigest
    return { ...evaluation, digest, facts: { ...facts, ...proven, change } }
  } catch (error) {
    if (world.cancelled.aborted) throw error
    const problem = explain(explainGitHub(error) ?? error)
    if (problem.reason === 'bug') world.log.info(error instanceof Error ? (error.stack ?? '') : '')
    return { ...evaluation, facts: { ...facts, problem } }
  }
}

/** The way back can be held by nothing. */
async function prove(change: Change): Promise<Pick<Facts, 'proof' | 'held'>> {
  const { policy, repo, github, upstream } = change
  const needed = policy.clusters.filter(({ optional }) => !optional).map(({ name }) => name)
  const place = { github, repo, gateApp: policy.apps.gate }
  const proof = await provePure(change, () => verifiedCommits(place, needed, 1))
  if (!proof.pure || 'verified' in proof) return { proof }
  const holds = (await readBlockers(github, repo, policy)).filter(({ kind }) => kind === 'held')
  const [held] = await forbidding(holds, { [proof.component]: proof.to }, policy, upstream)
  return { proof, held }
}

async function report(
  github: GitHub,
  repo: string,
  pull: Pull,
  { base, policy, facts, digest = noDigest }: Evaluation,
  verdict: Verdict,
): Promise<string | undefined> {
  const tier = facts.change?.derivation.tier ?? 'none'
  const id = externalId({ pr: pull.number, base, digest, tier })
  const subject = { repo, pull: pull.number, head: pull.head, externalId: id, app: policy?.apps.gate }
  const since = await reportCheck(github, subject, verdict)
  await reportComment(github, subject, verdict)
  return since
}

function closed(pull: Pull): Done {
  const message = `#${pull.number} is closed: there is nothing to judge.`
  return { finding: { decision: 'skipped', reason: 'already-there', message, commit: pull.head }, outputs: {} }
}

const bumpOf = ({ proof }: Facts): Pure | undefined => (proof?.pure && 'component' in proof ? proof : undefined)

function outcome(pull: Pull, facts: Facts, { conclusion, reason, title, why, next }: Verdict, merged: boolean): Done {
  const { component, from, to }: Partial<Pure> = bumpOf(facts) ?? {}
  const known = { ...(component ? { component } : {}), ...(from ? { from } : {}), ...(to ? { to } : {}) }
  const decision = conclusion === 'success' ? 'green' : 'red'
  return {
    finding: { decision, reason, message: `${title}. ${why}`, commit: pull.head, ...known },
    outputs: { conclusion, merged: String(merged), ...known },
    ...(facts.problem ? { problem: `${why}\n${next}` } : {}),
  }
}
