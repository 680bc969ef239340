import type { CarriedChange } from '../bump/carried.js'
import type { Policy, Tier } from '../policy/policy.js'

/**
 * One side of a changed file. `unread`: there is something, and nobody knows what (encrypted, binary, too large); `odd`: it is
 * no file (a symbolic link, a submodule); `by-name`: it was not asked for what is in it, and its name is believed.
 */
export type Content =
  | { state: 'text'; text: string }
  | { state: 'none' }
  | { state: 'unread' }
  | { state: 'odd' }
  | { state: 'by-name' }

/** A path that differs. A rename is two of them: what went away counts as much as what came. */
export interface ChangedContent {
  path: string
  before: Content
  after: Content
}

/** What a change is about. Custom kinds of the policy come on top. */
export const changeKinds = [
  'docs',
  'tests',
  'workflows',
  'application',
  'content',
  'bump',
  'ingress',
  'monitoring',
  'jupyterhub',
  'capacity',
  'kubernetes',
  'component',
  'registry',
  'storage',
  'network',
  'credentials',
  'federation',
  'quota',
  'configuration',
  'crds',
  'toolchain',
  'policy',
  'unknown',
] as const

export type ChangeKind = (typeof changeKinds)[number]

/** What is done, coarsely, from the heaviest to the lightest. */
export const kindGroups = ['kubernetes', 'bump', 'component', 'config', 'content', 'ci', 'application', 'docs'] as const

export type Group = (typeof kindGroups)[number]

/** `none`: it cannot reach a cluster, and nobody's word is needed. */
export const semverLevels = ['none', 'T0', 'T1', 'T2', 'T3'] as const

export type SemverLevel = 'none' | Tier

/** One thing that a change does, with the reason for its tier. Paths, names and values in the texts are strangers'. */
export interface RiskFinding {
  /** A `Kind`, or the name of one of the policy's own. */
  kind: string
  group: Group
  tier: SemverLevel
  path: string
  /** What is done, as a sentence without its full stop. */
  what: string
  /** Why it has this tier, as a sentence without its full stop. */
  why: string
  /** Set where no approval makes it right. */
  never?: true
  /** Where it takes Kubernetes to another version: to which, three numbers. */
  to?: string
  /** Set where it goes with another change, which has to be there as well. */
  linkedPullRequest?: true
}

/** What is known beside the files themselves. */
export interface ClassifyContext {
  policy: Pick<Policy, 'components' | 'releases' | 'changeClasses'>
  /** What a bump of a component's chart brings with it; undefined where that cannot be found out. */
  carried(component: string, from: string, to: string): readonly CarriedChange[] | undefined
}

/** Infrastructure is everything but these. */
const harmless: readonly string[] = [
  'docs',
  'tests',
  'workflows',
  'application',
  'content',
  'bump',
] satisfies ChangeKind[]

/** Whether the infrastructure process is meant for it: other changes need at most an operator's ordinary review. */
export const isInfrastructure = ({ kind }: Pick<RiskFinding, 'kind'>): boolean => !harmless.includes(kind)

export const tierRank = (level: SemverLevel): number => semverLevels.indexOf(level)

export const highestTier = (tiers: readonly SemverLevel[]): SemverLevel =>
  semverLevels.findLast((level) => tiers.includes(level)) ?? 'none'

export const atLeast = (tier: SemverLevel, least: SemverLevel): SemverLevel => highestTier([tier, least])
