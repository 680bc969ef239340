import { amountChange, type Direction, durationChange, isWithinBounds } from './amounts.js'
import type { ValueDifference } from './differences.js'
import { listsEdited } from './lists-in-text.js'
import type { ChangeKind, SemverLevel } from './types.js'

/** What a value is for, judged by its name: the conventions of Kubernetes, Helm charts and BinderHub. */
export interface Meaning {
  kind: ChangeKind
  tier: SemverLevel
  why: string
}

interface Rule {
  /** Matches the value's path, keys joined by dots. */
  path: RegExp
  /** Undefined where the value turns out to be something else. */
  meaning(difference: ValueDifference): Meaning | undefined
}

const capacity = (word: string, way: (before: unknown, after: unknown) => Direction): Rule['meaning'] => {
  return ({ before, after }) => {
    const change = way(before, after)
    return change === 'more'
      ? { kind: 'capacity', tier: 'T1', why: `more ${word}` }
      : { kind: 'capacity', tier: 'T2', why: change === 'less' ? `less ${word}` : `${word} that cannot be compared` }
  }
}

/** Shrinking what holds data loses data. */
const data = (word: string, way: (before: unknown, after: unknown) => Direction): Rule['meaning'] => {
  return ({ before, after }) => {
    const change = way(before, after)
    const tiers = { more: 'T1', less: 'T3', unknown: 'T2' } as const
    const why = { more: `more ${word}`, less: `less ${word}: data is lost`, unknown: `${word} that cannot be compared` }
    return { kind: 'storage', tier: tiers[change], why: why[change] }
  }
}

const fixed =
  (kind: ChangeKind, tier: SemverLevel, why: string): Rule['meaning'] =>
  () => ({ kind, tier, why })

/** The first that matches counts. */
const rules: readonly Rule[] = [
  // What visitors see, and who is let in or counted how: BinderHub's settings of these names, and dashboards.
  {
    path: /(^|\.)(banned_specs|high_quota_specs|spec_config|per_repo_quota\w*|bannedIps|banned_ips|banner_message|about_message|dashboards?)(\.|$)/i,
    meaning: fixed('content', 'T0', 'it changes what users see or who has access'),
  },
  {
    path: /(^|\.)(extra_footer_scripts|google_?analytics\w*)(\.|$)/i,
    meaning: fixed('content', 'T1', "it runs in visitors' browsers"),
  },
  { path: /\.?(loadBalancerIPs?|externalIPs|clusterIP)$/, meaning: fixed('ingress', 'T3', 'the address changes') },
  { path: /\.?retention\w*$/i, meaning: data('retention', durationOrAmount) },
  {
    path: /(persistence|persistentVolume\w*|volumeClaim\w*|storage\w*|pvc)(\..*)?\.(size|storage|capacity)$/i,
    meaning: data('storage', amountChange),
  },
  {
    path: /\.?(storageClass(Name)?|accessModes)$/,
    meaning: fixed('storage', 'T3', 'a volume cannot change this in place'),
  },
  {
    path: /\.?(persistence|persistentVolume\w*|volumeClaim\w*|pvc)(\.|$)/i,
    meaning: fixed('storage', 'T2', 'data storage'),
  },
  {
    path: /quota$/i,
    meaning: ({ before, after }) =>
      isWithinBounds(before, after)
        ? { kind: 'quota', tier: 'T0', why: 'the quota stays between half and double its old value' }
        : { kind: 'quota', tier: 'T1', why: 'the quota is below half or above double its old value' },
  },
  // Of a service's members: how much traffic each gets.
  {
    path: /(^|\.)weight$/,
    meaning: ({ before, after }) =>
      typeof before === 'number' && typeof after === 'number' && after >= 0
        ? { kind: 'federation', tier: 'T0', why: 'a share of the traffic, easy to revert' }
        : { kind: 'federation', tier: 'T1', why: 'traffic distribution' },
  },
  { path: /(^|\.)networkPolicy(\.|$)|egress/i, meaning: fixed('network', 'T2', 'network access rules') },
  { path: /\.?(replicas|replicaCount|minReplicas|maxReplicas)$/, meaning: capacity('replicas', amountChange) },
  {
    path: /(^|\.)(resources\.(limits|requests)\.[\w-]+|(memory|cpu)\.(limit|guarantee)|\w*(memory|cpu)_(limit|request|guarantee))$/i,
    meaning: capacity('memory or CPU', amountChange),
  },
  {
    path: /(^|\.)(autoscaling|hpa|scheduling|userPlaceholder|nodeSelector|tolerations|affinity|podPriority|priorityClass\w*|pdb|minAvailable|maxUnavailable)(\.|$)/,
    meaning: fixed('capacity', 'T2', 'scheduling and capacity'),
  },
  {
    path: /(^|\.)(use_registry|image_prefix|DockerRegistry|\w*registry)(\.|$)/i,
    meaning: fixed('registry', 'T2', 'the image registry'),
  },
  {
    path: /(password|secret|token|api_?key|credential|private_?key)\w*(\.|$)/i,
    meaning: fixed('credentials', 'T2', 'a credential'),
  },
  {
    path: /(^|\.)(ingress|tls|hosts?|hostname|annotations|service|ports|\w*url)(\.|$)/i,
    meaning: fixed('ingress', 'T2', 'routing to the service'),
  },
]

function durationOrAmount(before: unknown, after: unknown): Direction {
  const change = durationChange(before, after)
  return change === 'unknown' ? amountChange(before, after) : change
}

const unknown: Meaning = { kind: 'configuration', tier: 'T2', why: 'the effect of this setting is unknown' }

/** What a changed value is for. Scripts in values are looked into: one may hold a list that only looks like code. */
export function meaningOf(difference: ValueDifference): Meaning {
  const { keys, before, after } = difference
  if (typeof before === 'string' && typeof after === 'string' && /\n/.test(before + after)) {
    const meanings = listsEdited(before, after)?.map((list) =>
      meaningOf({ ...difference, keys: [list], before: [], after: [] }),
    )
    if (meanings?.length === 0)
      return { kind: 'configuration', tier: 'T1', why: 'only comments of a script, but a restart is possible' }
    const [first] = meanings ?? []
    if (first && meanings?.every(({ kind }) => kind === first.kind)) return first
  }
  const path = keys.join('.')
  for (const rule of rules) {
    const meaning = rule.path.test(path) ? rule.meaning(difference) : undefined
    if (meaning) return meaning
  }
  return unknown
}
