import { type EvidenceName, evidenceModules } from '../evidence/modules.js'
import type { Tier } from '../policy/policy.js'
import type { RiskFinding, SemverLevel } from '../risk/types.js'
import { withoutObjects } from '../risk/without-objects.js'

/** What each tier asks for, besides people's words and what the lower ones ask for. */
const byTier: Record<Tier, readonly EvidenceName[]> = {
  T0: ['rendered-diff'],
  T1: ['api-dry-run', 'removed-apis', 'immutable-fields', 'disruption'],
  T2: ['release-notes', 'staging-trial', 'start'],
  T3: ['backup', 'runbook', 'staging-day', 'announcement'],
}

const order = ['T0', 'T1', 'T2', 'T3'] as const

/** Everything that the findings' tiers ask for: a higher tier asks for what the lower ones do as well. */
export function evidenceFor(
  findings: readonly Pick<RiskFinding, 'kind' | 'tier' | 'to' | 'linkedPullRequest'>[],
): { name: EvidenceName; what: string; how: string }[] {
  const tiers = findings.filter(({ kind }) => !withoutObjects.includes(kind)).map(({ tier }) => tier)
  const names = order.flatMap((tier, index) =>
    tiers.some((one) => one !== 'none' && order.indexOf(one) >= index) ? byTier[tier] : [],
  )
  // Another version of Kubernetes has to go together with what is there.
  if (findings.some(({ to }) => to !== undefined)) names.push('version-skew')
  if (findings.some(({ linkedPullRequest }) => linkedPullRequest)) names.push('linked-pull-request')
  return names.map((name) => ({ name, what: evidenceModules[name].what, how: evidenceModules[name].how }))
}

export interface ApprovalsNeeded {
  /** What is needed, in words. */
  what: string
  /** How many operators have to know of it. */
  operators: 0 | 1 | 2
  /** How many of them must have no part in writing it; who opened it counts among the others. */
  others: 0 | 1
  /** Whether somebody has to stand by in the first hour. */
  standby: boolean
}

const two = 'the approval of two operators (the author counts as one, if one)'

/** Who has to know of a change. */
export function approvalsFor(tier: SemverLevel): ApprovalsNeeded {
  switch (tier) {
    case 'none':
      return { what: 'nobody', operators: 0, others: 0, standby: false }
    case 'T0':
      return {
        what: 'the approval of an operator (the author counts, if one)',
        operators: 1,
        others: 0,
        standby: false,
      }
    case 'T1':
      return { what: 'the approval of an operator besides whoever wrote it', operators: 1, others: 1, standby: false }
    case 'T2':
      return { what: two, operators: 2, others: 1, standby: false }
    case 'T3':
      return { what: two, operators: 2, others: 1, standby: true }
  }
}

/** A tier as people call it. */
export const tierNames: Record<SemverLevel, string> = {
  none: 'nothing to review',
  T0: 'T0, minimal risk',
  T1: 'T1, low risk',
  T2: 'T2, medium risk',
  T3: 'T3, high risk',
}
