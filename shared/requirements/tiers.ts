import { type EvidenceName, evidenceModules } from '../evidence/modules.js'
import type { Tier } from '../policy/policy.js'
import type { RiskFinding, SemverLevel } from '../risk/types.js'
import { withoutObjects } from '../risk/without-objects.js'

/** The evidence that each tier requires, in addition to that of the lower tiers. */
const byTier: Record<Tier, readonly EvidenceName[]> = {
  T0: ['rendered-diff'],
  T1: ['api-dry-run', 'removed-apis', 'immutable-fields', 'disruption'],
  T2: ['release-notes', 'staging-trial', 'start'],
  T3: ['backup', 'runbook', 'staging-day', 'announcement'],
}

const order = ['T0', 'T1', 'T2', 'T3'] as const

/** All evidence that the findings' tiers require: a higher tier includes the evidence of the lower ones. */
export function evidenceFor(
  findings: readonly Pick<RiskFinding, 'kind' | 'tier' | 'to' | 'linkedPullRequest'>[],
): { name: EvidenceName; what: string; how: string }[] {
  const tiers = findings.filter(({ kind }) => !withoutObjects.includes(kind)).map(({ tier }) => tier)
  const names = order.flatMap((tier, index) =>
    tiers.some((one) => one !== 'none' && order.indexOf(one) >= index) ? byTier[tier] : [],
  )
  // Another Kubernetes version has to be compatible with the versions in use.
  if (findings.some(({ to }) => to !== undefined)) names.push('version-skew')
  if (findings.some(({ linkedPullRequest }) => linkedPullRequest)) names.push('linked-pull-request')
  return names.map((name) => ({ name, what: evidenceModules[name].what, how: evidenceModules[name].how }))
}

export interface ApprovalsNeeded {
  /** What is needed, as text. */
  what: string
  /** How many operators have to agree. */
  operators: 0 | 1 | 2
  /** How many of them must not have written any of it; whoever opened it may be one of the others. */
  others: 0 | 1
  /** Whether somebody has to stand by in the first hour. */
  standby: boolean
}

const two = 'the approval of two operators (the author may be one of them)'

/** Who has to agree to a change. */
export function approvalsFor(tier: SemverLevel): ApprovalsNeeded {
  switch (tier) {
    case 'none':
      return { what: 'nobody', operators: 0, others: 0, standby: false }
    case 'T0':
      return {
        what: 'the approval of an operator (who may be the author)',
        operators: 1,
        others: 0,
        standby: false,
      }
    case 'T1':
      return { what: 'the approval of an operator other than the author', operators: 1, others: 1, standby: false }
    case 'T2':
      return { what: two, operators: 2, others: 1, standby: false }
    case 'T3':
      return { what: two, operators: 2, others: 1, standby: true }
  }
}

/** A tier as shown to people. */
export const tierNames: Record<SemverLevel, string> = {
  none: 'nothing to review',
  T0: 'T0, minimal risk',
  T1: 'T1, low risk',
  T2: 'T2, medium risk',
  T3: 'T3, high risk',
}
