import type { Runtime } from '../../../shared/action/runtime.js'
import { readBlockers } from '../../../shared/blocks/blockers.js'
import { overdueReviews } from '../../../shared/blocks/break-glass-reviews.js'
import { operatorsOf } from '../../../shared/duty/operators.js'
import type { EvidenceFacts } from '../../../shared/evidence/module.js'
import { presentEvidence } from '../../../shared/evidence/modules.js'
import type { GitHub } from '../../../shared/github/client.js'
import type { ComparedCommit } from '../../../shared/github/compare.js'
import { holidaysOf } from '../../../shared/policy/holidays.js'
import type { Policy } from '../../../shared/policy/policy.js'
import type { RecordPlace } from '../../../shared/records/gate-deployments.js'
import { trialsAt, trialsOf } from '../../../shared/records/staging-trials.js'
import { approvalFacts } from '../../../shared/requirements/approvals.js'
import { type ChangeFacts, type Derivation, decideChange } from '../../../shared/requirements/decide.js'
import { evidenceFor } from '../../../shared/requirements/tiers.js'
import { type AckItem, ackItems } from '../../../shared/risk/ack-items.js'
import { classifyWithCarried } from '../../../shared/risk/carried.js'
import { type Classification, classificationOf } from '../../../shared/risk/classify.js'
import { effectsOf } from '../../../shared/risk/effects.js'
import { githubChanges } from '../../../shared/risk/github-changes.js'
import type { Rendered } from '../../../shared/risk/rendered.js'
import { renderedFindings } from '../../../shared/risk/rendered-findings.js'
import { recordedCommands } from '../commands/recorded-commands.js'
import { evidenceDigest, listReviews, readTrials } from './evidence-digest.js'
import type { GatePull } from './pull.js'
import { readReviews } from './reviews.js'

/** What a change is that is no pure bump, and what it needs. */
export interface ChangeEvaluation {
  what: Classification
  derivation: Derivation
  digest: string
  /** Whether it has to be rendered before it can be evaluated. */
  renders: boolean
  /** Its effects on users; undefined if it was not rendered. */
  effects: readonly string[] | undefined
  /** What has to be acknowledged item by item. */
  items: readonly AckItem[]
  /** See `evidenceDigest`; undefined if that was not read. */
  seen: string | undefined
}

export interface ChangeContext {
  github: GitHub
  repo: string
  policy: Policy
  pull: GatePull
  /** The merge base, 40 hex digits. */
  base: string
  /** Of the pull request. */
  commits: readonly ComparedCommit[]
  world: Pick<Runtime, 'http' | 'clock'>
  /** What Helm renders of this exact change; undefined if it was not rendered. */
  rendered: Rendered | undefined
}

/** Reads approvals and evidence only if some are needed: a change that no cluster uses is evaluated by its files alone. */
export async function evaluateChange(context: ChangeContext): Promise<ChangeEvaluation> {
  const { github, repo, policy, pull, base, world, rendered } = context
  const changes = await githubChanges(github, repo, policy, base, pull.head)
  const written = await classifyWithCarried(changes, policy, world.http)
  const seen = rendered ? renderedFindings(rendered) : []
  // Rendered findings cannot be mapped to files, so no split can be proposed.
  const what = seen.length === 0 ? written : { ...classificationOf([...written.findings, ...seen]), split: undefined }
  const items = ackItems(written.findings)
  const { digest } = changes
  const { seen: evidenceSeen, ...more } = what.tier === 'none' ? nothing : await readReview(context, digest, items)
  const derivation = decideChange(policy, { what, digest, ...more }, world.clock.now())
  const renders = evidenceFor(written.findings).length > 0
  return {
    what,
    digest,
    derivation,
    renders,
    items,
    seen: evidenceSeen,
    effects: renders ? effectsOf(rendered) : undefined,
  }
}

type ReviewState = Omit<ChangeFacts, 'what' | 'digest'> & Pick<ChangeEvaluation, 'seen'>

const nothing: ReviewState = {
  ...{ authors: [], reviews: [], evidence: [], standby: undefined },
  ...{ holds: [], breakGlass: undefined, debts: [], freezes: [], holidays: {} },
  seen: undefined,
}

/** Its approvals, commands and evidence. */
async function readReview(context: ChangeContext, digest: string, items: readonly AckItem[]): Promise<ReviewState> {
  const { github, repo, policy, pull, commits, world, rendered } = context
  const now = world.clock.now()
  const place = { github, repo, gateBot: policy.apps.gate.bot }
  const standingOf = operatorsOf(github, policy)
  // The author first. Commits made in GitHub's web interface have the committer web-flow.
  const logins = [pull.author, ...commits.flatMap(({ author, committer }) => [author, committer])]
  const known = [...new Set(logins)].filter((login) => login !== undefined && login !== '' && login !== 'web-flow')
  const authors = await Promise.all(
    known
      .flatMap((login) => (login === undefined ? [] : [login]))
      .map(async (login) => ({ login, standing: await standingOf(login) })),
  )
  // Read before everything else, so that a later review changes the digest and causes a recheck.
  const listed = await listReviews(github, repo, pull.number)
  const seen = await evidenceDigest(place, readTrials(place, policy), pull.number, listed)
  const reviews = await readReviews({ github, repo, pull, reviews: listed, digest, standingOf })
  const { evidence, ...approvals } = approvalFacts(await recordedCommands(place, pull.number, standingOf), digest, now)
  const { runbook } = policy
  const facts = { now, rendered, items, runbook, ...evidence, ...(await stagingTrialOf(place, policy, digest)) }
  const blockers = await readBlockers(github, repo, policy)
  const freezes = blockers.filter(({ kind }) => kind === 'deploy-freeze').map(({ title }) => title)
  const debts = await overdueReviews(place, policy, now)
  const holidays = await holidaysOf(github, repo, policy, pull.defaultBranch)
  return {
    authors,
    reviews,
    evidence: presentEvidence(facts, digest),
    ...approvals,
    debts,
    freezes,
    holidays,
    seen,
  }
}

/** When the staging trial of this change last passed on every staging cluster, and when first; undefined if one is missing. */
async function stagingTrialOf(
  place: RecordPlace,
  { clusters }: Policy,
  digest: string,
): Promise<Pick<EvidenceFacts, 'trialPassed' | 'trialSince'>> {
  const names = clusters.filter(({ wave }) => wave === 'staging').map(({ name }) => name)
  const found = await Promise.all(
    names.map(async (name) => {
      const last = await trialsAt(place, name, digest)
      return last && { last: Date.parse(last.at), all: (await trialsOf(place, name, digest)).map(Date.parse) }
    }),
  )
  const passed = found.flatMap((one) => one ?? [])
  if (names.length === 0 || passed.length < names.length) return { trialPassed: undefined, trialSince: undefined }
  return {
    trialPassed: new Date(Math.min(...passed.map(({ last }) => last))),
    trialSince: new Date(Math.max(...passed.map(({ last, all }) => Math.min(last, ...all)))),
  }
}
