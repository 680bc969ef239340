import type { Runtime } from '../../shared/action/runtime.js'
import { readBlockers } from '../../shared/blocks/blockers.js'
import { overdueReviews } from '../../shared/blocks/break-glass-reviews.js'
import { operatorsOf } from '../../shared/duty/operators.js'
import { linkedPullRequestEvidence } from '../../shared/evidence/from-people.js'
import type { LinkedPullRequestState } from '../../shared/evidence/module.js'
import { appCheckRuns } from '../../shared/github/app-check-runs.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { hasStatus } from '../../shared/github/errors.js'
import { holidaysOf } from '../../shared/policy/holidays.js'
import type { Policy } from '../../shared/policy/policy.js'
import type { ExternalChangeRecord } from '../../shared/records/external-changes.js'
import { gateCheckName, parseExternalId } from '../../shared/records/gate-check.js'
import { type Derivation, decideChange, type ReviewFacts } from '../../shared/requirements/decide.js'
import type { Person } from '../../shared/requirements/person.js'
import type { Classification } from '../../shared/risk/classify.js'
import { classifyExternalChange, linkedPullRequestOf } from '../../shared/risk/external-change.js'
import type { SemverLevel } from '../../shared/risk/types.js'
import { type ChangeCommand, parseChangeCommand } from './commands.js'
import { externalChangeEvidence } from './evidence.js'

export interface ExternalChangeContext {
  github: GitHub
  policy: Policy
  /** The deploy repo's default branch. */
  branch: string
  world: Runtime
}

/** What a change outside the repo is, what it needs, and what of it is there. */
export interface ExternalChangeEvaluation {
  what: Classification
  derivation: Derivation
}

/** A word, and what its speaker is now. */
type Spoken = Person & { word: ChangeCommand }

const day = 24 * 60 * 60_000
const stagedFor = 7 * day

/** From records, and from who is an operator now. */
export async function evaluateExternalChange(
  { github, policy, branch, world }: ExternalChangeContext,
  record: ExternalChangeRecord,
  all: readonly ExternalChangeRecord[],
): Promise<ExternalChangeEvaluation> {
  const repo = world.run.repository
  const now = world.clock.now()
  const standingOf = operatorsOf(github, policy)
  const spoken: Spoken[] = []
  for (const { by, line } of record.words) {
    const word = parseChangeCommand(line)
    if (word) spoken.push({ word, login: by, standing: await standingOf(by) })
  }
  const author = { login: record.by, standing: await standingOf(record.by) }
  const blockers = await readBlockers(github, repo, policy)
  const what = classifyExternalChange(record.change, policy)
  const said = wordFacts(spoken, record.digest)
  const stagings = all.filter((one) => isStaging(one, policy))
  const staged = trialBefore(record, stagings, what.tier, now)
  const number = linkedPullRequestOf(record.change)
  const other =
    number === undefined ? undefined : await readLinkedPullRequest(github, repo, number, policy.apps.gate.id)
  const together = linkedPullRequestEvidence.show({ linkedPullRequest: other })
  const { digest } = record
  const derivation = decideChange(
    policy,
    {
      what,
      digest,
      authors: [author],
      ...said,
      evidence: [
        ...said.evidence,
        ...(staged ? [{ name: 'staging-trial' as const, ok: true, digest }] : []),
        ...(together ? [{ name: 'linked-pull-request' as const, digest, ...together }] : []),
      ],
      asked: externalChangeEvidence.filter((name) => name !== 'staging-trial' || !isStaging(record, policy)),
      freezes: blockers.filter(({ kind }) => kind === 'deploy-freeze').map(({ title }) => title),
      holidays: await holidaysOf(github, repo, policy, branch),
      breakGlass: undefined,
      debts: await overdueReviews({ github, repo, gateBot: policy.apps.gate.bot }, policy, now),
    },
    now,
  )
  return { what, derivation }
}

/** Only operators' words count; but whose standing cannot be seen, their no does. */
function wordFacts(spoken: readonly Spoken[], digest: string) {
  const of = <S extends ChangeCommand['says']>(says: S) =>
    spoken.flatMap(({ word, ...person }) =>
      word.says === says ? [{ ...person, word: word as Extract<ChangeCommand, { says: S }> }] : [],
    )
  const lifted = spoken.findLastIndex(({ word, standing }) => word.says === 'unhold' && standing === 'operator')
  const holding = spoken.filter(
    ({ word, standing }, index) => word.says === 'hold' && index > lifted && standing !== 'other',
  )
  const approved = of('approve').map(
    ({ login, standing }): ReviewFacts => ({ login, standing, says: 'approved', digest }),
  )
  const holds = holding.map(({ login, word }) => ({ by: login, reason: word.says === 'hold' ? word.why : '' }))
  const shown = of('evidence').filter(({ standing }) => standing === 'operator')
  return {
    reviews: approved,
    holds,
    standby: of('standby').find(({ standing }) => standing === 'operator'),
    evidence: shown.map(({ word }) => ({ name: word.evidence, ok: true, digest })),
  }
}

const isStaging = ({ change }: ExternalChangeRecord, { clusters }: Policy): boolean =>
  clusters.some(({ name, wave }) => name === change.cluster && wave === 'staging')

/**
 * Whether the same was done on a staging cluster, and went well, in the last seven days; what is dangerous has been there for a
 * day by now. Pure.
 *
 * @param stagings changes of staging clusters
 */
export function trialBefore(
  { change }: Pick<ExternalChangeRecord, 'change'>,
  stagings: readonly Pick<ExternalChangeRecord, 'change' | 'ended'>[],
  tier: SemverLevel,
  now: Date,
): boolean {
  const needed = tier === 'T3' ? day : 0
  return stagings.some(({ change: other, ended }) => {
    if (other.kind !== change.kind || other.to !== change.to || ended?.outcome !== 'success') return false
    const age = now.getTime() - Date.parse(ended.at)
    return needed <= age && age < stagedFor
  })
}

/** How the pull request is that the form names; undefined where there is none of that number. */
async function readLinkedPullRequest(
  github: GitHub,
  repo: string,
  number: number,
  gateApp: number,
): Promise<{ number: number; state: LinkedPullRequestState } | undefined> {
  const pull = await github.rest.pulls.get({ ...repoRef(repo), pull_number: number }).catch((error: unknown) => {
    if (hasStatus(error, 404)) return undefined
    throw error
  })
  if (!pull) return undefined
  const { merged, state, head } = pull.data
  if (merged) return { number, state: 'merged' }
  if (state !== 'open') return { number, state: 'closed' }
  const runs = await appCheckRuns(github, { repo, commit: head.sha, name: gateCheckName, app: gateApp })
  const own = runs.find(({ external_id: id }) => parseExternalId(id)?.pr === number)
  return { number, state: own?.conclusion === 'success' ? 'green' : 'red' }
}
