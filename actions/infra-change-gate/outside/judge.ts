import type { World } from '../../../shared/action/world.js'
import { operatorsOf } from '../../../shared/duty/operators.js'
import type { GitHub } from '../../../shared/github/client.js'
import { readBlockers } from '../../../shared/holds/blockers.js'
import { overdueDebts } from '../../../shared/holds/debts.js'
import type { Classification } from '../../../shared/infra/classify.js'
import { type Derivation, decideChange, type Review } from '../../../shared/infra/decide.js'
import { companion } from '../../../shared/infra/evidence/companion.js'
import { classifyOutside, companionOf, outsideEvidence } from '../../../shared/infra/outside.js'
import type { Person } from '../../../shared/infra/person.js'
import type { Level } from '../../../shared/infra/types.js'
import type { Policy } from '../../../shared/policy/policy.js'
import type { ChangeRecord } from '../../../shared/records/outside.js'
import { holidaysOf } from '../judge-change.js'
import { readCompanion } from './companion.js'
import { type OutsideWord, readOutsideWord } from './words.js'

export interface OutsideContext {
  github: GitHub
  policy: Policy
  /** The deploy repo's default branch. */
  branch: string
  world: World
}

/** What a change outside the repo is, what it needs, and what of it is there. */
export interface OutsideJudgement {
  what: Classification
  derivation: Derivation
}

/** A word, and what its speaker is now. */
type Spoken = Person & { word: OutsideWord }

const day = 24 * 60 * 60_000
const stagedFor = 7 * day

/** From records, and from who is an operator now. */
export async function judgeOutside(
  { github, policy, branch, world }: OutsideContext,
  record: ChangeRecord,
  all: readonly ChangeRecord[],
): Promise<OutsideJudgement> {
  const repo = world.run.repository
  const now = world.clock.now()
  const standingOf = operatorsOf(github, policy)
  const spoken: Spoken[] = []
  for (const { by, line } of record.words) {
    const word = readOutsideWord(line)
    if (word) spoken.push({ word, login: by, standing: await standingOf(by) })
  }
  const author = { login: record.by, standing: await standingOf(record.by) }
  const blockers = await readBlockers(github, repo, policy)
  const what = classifyOutside(record.change, policy)
  const said = wordFacts(spoken, record.digest)
  const stagings = all.filter((one) => isStaging(one, policy))
  const staged = stagedBefore(record, stagings, what.tier, now)
  const number = companionOf(record.change)
  const other = number === undefined ? undefined : await readCompanion(github, repo, number, policy.apps.gate.id)
  const together = companion.show({ companion: other })
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
        ...(staged ? [{ name: 'staged' as const, ok: true, digest }] : []),
        ...(together ? [{ name: 'companion' as const, digest, ...together }] : []),
      ],
      asked: outsideEvidence.filter((name) => name !== 'staged' || !isStaging(record, policy)),
      freezes: blockers.filter(({ kind }) => kind === 'frozen').map(({ title }) => title),
      holidays: await holidaysOf(github, repo, policy, branch),
      breakGlass: undefined,
      debts: await overdueDebts({ github, repo, gateBot: policy.apps.gate.bot }, policy, now),
    },
    now,
  )
  return { what, derivation }
}

/** Only operators' words count; but whose standing cannot be seen, their no does. */
function wordFacts(spoken: readonly Spoken[], digest: string) {
  const of = <S extends OutsideWord['says']>(says: S) =>
    spoken.flatMap(({ word, ...person }) =>
      word.says === says ? [{ ...person, word: word as Extract<OutsideWord, { says: S }> }] : [],
    )
  const lifted = spoken.findLastIndex(({ word, standing }) => word.says === 'unhold' && standing === 'operator')
  const holding = spoken.filter(
    ({ word, standing }, index) => word.says === 'hold' && index > lifted && standing !== 'other',
  )
  const approved = of('approve').map(({ login, standing }): Review => ({ login, standing, says: 'approved', digest }))
  const holds = holding.map(({ login, word }) => ({ by: login, reason: word.says === 'hold' ? word.why : '' }))
  const shown = of('shown').filter(({ standing }) => standing === 'operator')
  return {
    reviews: approved,
    holds,
    standby: of('standby').find(({ standing }) => standing === 'operator'),
    evidence: shown.map(({ word }) => ({ name: word.evidence, ok: true, digest })),
  }
}

const isStaging = ({ change }: ChangeRecord, { clusters }: Policy): boolean =>
  clusters.some(({ name, role }) => name === change.cluster && role === 'staging')

/**
 * Whether the same was done on a staging cluster, and went well, in the last seven days; what is dangerous has been there for a
 * day by now. Pure.
 *
 * @param stagings changes of staging clusters
 */
export function stagedBefore(
  { change }: Pick<ChangeRecord, 'change'>,
  stagings: readonly Pick<ChangeRecord, 'change' | 'ended'>[],
  tier: Level,
  now: Date,
): boolean {
  const needed = tier === 'T3' ? day : 0
  return stagings.some(({ change: other, ended }) => {
    if (other.kind !== change.kind || other.to !== change.to || ended?.outcome !== 'success') return false
    const age = now.getTime() - Date.parse(ended.at)
    return needed <= age && age < stagedFor
  })
}
