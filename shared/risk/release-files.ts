import picomatch from 'picomatch'
import type { ChangeClass } from '../policy/policy.js'
import { isFields } from '../yaml/get-path.js'
import { purposeOf } from './charts.js'
import { componentOfChart } from './images-in-values.js'
import type { ChangedContent, ClassifyContext, RiskFinding } from './types.js'
import type { Aliases } from './values.js'

/** What the policy says of files by their paths. */
export interface PolicyFiles {
  /** Whether a file holds values of a release. */
  isValues(path: string): boolean
  /** Whether they are one cluster's own. */
  isClusters(path: string): boolean
  /** Whether a file only stands in for another when planning. */
  isStandIn(path: string): boolean
  /** The policy's own kind of any change of a file. */
  kind(path: string): ChangeClass | undefined
}

/** A new cluster's files are not in the policy yet: any name may stand for `{cluster}`. */
function matcher(patterns: readonly string[]): (path: string) => boolean {
  if (patterns.length === 0) return () => false
  return picomatch(
    patterns.map((pattern) => pattern.replaceAll('{cluster}', '*')),
    { dot: true },
  )
}

export function policyFiles({ releases, changeClasses }: ClassifyContext['policy']): PolicyFiles {
  const patterns = releases.flatMap(({ values }) => values)
  const isValues = matcher(patterns)
  const isForAll = matcher(patterns.filter((pattern) => !pattern.includes('{cluster}')))
  const byFile = changeClasses.map((kind) => ({ kind, matches: matcher(kind.files) }))
  return {
    isValues,
    isClusters: (path) => isValues(path) && !isForAll(path),
    isStandIn: matcher(releases.flatMap(({ planValues }) => planValues)),
    kind: (path) => byFile.find(({ matches }) => matches(path))?.kind,
  }
}

/** A cluster that comes or goes with the values file it has for itself; undefined where it stays, or where no chart of the release is in it. */
export function clusterFinding(
  { path, before, after }: ChangedContent,
  data: unknown,
  aliases: Aliases,
  { policy }: Pick<ClassifyContext, 'policy'>,
): RiskFinding | undefined {
  if ((before.state === 'none') === (after.state === 'none')) return undefined
  const charts = isFields(data) ? Object.keys(data).map((key) => aliases.get(key) ?? key) : []
  const isTheirs = charts.some(
    (chart) => purposeOf(chart) !== undefined || componentOfChart(policy, chart) !== undefined,
  )
  if (!isTheirs) return undefined
  const base = { kind: 'kubernetes', group: 'kubernetes', path } as const
  return before.state === 'none'
    ? { ...base, tier: 'T2', what: `it adds a cluster: ${path}`, why: 'a cluster without users yet' }
    : { ...base, tier: 'T3', what: `it removes a cluster: ${path}`, why: 'its users must move to another cluster' }
}
