import type { Tier } from '../policy/policy.js'
import type { Finding, Level } from './types.js'

/** What a tier asks for besides people's words: a fact that a machine checks. */
export interface EvidenceKind {
  name: string
  /** What has to be shown, after "You need". */
  what: string
  /** Who can give it, and how. */
  how: string
}

const later = 'This version of Lockstep cannot collect it yet'

const evidenceKinds = {
  'api-dry-run': {
    what: "every cluster's word that it would take it (API dry-run)",
    how: `${later}: ask them by hand, with helm-deploy's mode dry-run.`,
  },
  'removed-apis': {
    what: 'that no API is used that the clusters do not serve',
    how: `${later}: the plan's comment lists them.`,
  },
  'immutable-fields': {
    what: 'that no field changes that cannot be changed in place',
    how: `${later}: the plan's comment lists them.`,
  },
  disruption: { what: 'how long users are disrupted', how: `${later}: the plan's comment estimates it.` },
  'release-notes': { what: 'the release notes acknowledged item by item', how: `${later}.` },
  staged: { what: 'staging brought there and back with it', how: `${later}.` },
  backup: { what: 'a backup not older than 24 hours', how: `${later}.` },
  runbook: { what: 'a runbook for restoring it', how: `${later}.` },
  'staged-for-a-day': { what: '24 hours on staging in all', how: `${later}.` },
} as const

export type EvidenceName = keyof typeof evidenceKinds

const byTier: Record<Tier, readonly EvidenceName[]> = {
  T0: [],
  T1: ['api-dry-run', 'removed-apis', 'immutable-fields', 'disruption'],
  T2: ['release-notes', 'staged'],
  T3: ['backup', 'runbook', 'staged-for-a-day'],
}

const order = ['T0', 'T1', 'T2', 'T3'] as const

/** What never becomes an object in a cluster, so that nothing can be rendered, asked or staged. */
const withoutObjects: readonly string[] = ['docs', 'tests', 'workflows', 'policy']

/** Everything that the findings' tiers ask for: a higher tier asks for what the lower ones do as well. */
export function evidenceFor(
  findings: readonly Pick<Finding, 'kind' | 'tier'>[],
): (EvidenceKind & { name: EvidenceName })[] {
  const tiers = findings.filter(({ kind }) => !withoutObjects.includes(kind)).map(({ tier }) => tier)
  const names = order.flatMap((tier, index) =>
    tiers.some((one) => one !== 'none' && order.indexOf(one) >= index) ? byTier[tier] : [],
  )
  return names.map((name) => ({ name, ...evidenceKinds[name] }))
}

export interface Words {
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
export function wordsFor(tier: Level): Words {
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
export const tierNames: Record<Level, string> = {
  none: 'nothing to review',
  T0: 'T0, note',
  T1: 'T1, routine',
  T2: 'T2, careful',
  T3: 'T3, dangerous',
}
