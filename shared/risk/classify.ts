import { getList, getText, readYaml } from '../yaml/get-path.js'
import { fileFindings, isChartPath, textsOf } from './file-findings.js'
import { policyFiles } from './release-files.js'
import {
  type ChangedContent,
  type ClassifyContext,
  type Group,
  highestTier,
  isInfrastructure,
  kindGroups,
  type RiskFinding,
  type SemverLevel,
  tierRank,
} from './types.js'
import type { Aliases } from './values.js'

/** What a change is, from the contents of what it changes. */
export interface Classification {
  /** The highest tiers first. */
  findings: RiskFinding[]
  /** Every kind, in the same order. */
  kinds: string[]
  tier: SemverLevel
  /** Whether something in it is infrastructure. */
  infrastructure: boolean
  /** The heaviest thing that it does. */
  group: Group
  /** How to make it easier, where it is of several kinds. */
  split: string | undefined
}

export interface Changes {
  files: readonly ChangedContent[]
  /** Whether every changed file is known. */
  complete: boolean
  /** Texts of the Chart.yaml files that do not change: they say whose values are whose. */
  charts?: readonly string[]
}

/** Pure: the same contents give the same answer, and a file more never lowers the tier. */
export function classifyChange({ files, complete, charts = [] }: Changes, context: ClassifyContext): Classification {
  const aliases = aliasesIn([...charts, ...files.filter(({ path }) => isChartPath(path)).flatMap(textsOf)])
  const policy = policyFiles(context.policy)
  const found = files.flatMap((file) => fileFindings(file, policy, aliases, context))
  return classificationOf(complete ? found : [...found, cutOff])
}

/** What follows from the findings alone. */
export function classificationOf(found: readonly RiskFinding[]): Classification {
  const findings = found.toSorted((one, other) => tierRank(other.tier) - tierRank(one.tier))
  const tier = highestTier(findings.map((one) => one.tier))
  return {
    findings,
    kinds: [...new Set(findings.map(({ kind }) => kind))],
    tier,
    infrastructure: findings.some(isInfrastructure),
    group: kindGroups.find((group) => findings.some((one) => one.group === group)) ?? 'docs',
    split: splitHint(findings, tier),
  }
}

const cutOff: RiskFinding = {
  kind: 'unknown',
  group: 'config',
  tier: 'T2',
  path: '',
  what: 'it changes more files than can be listed',
  why: 'unknown counts as unsafe',
}

/** A kind that would be easier alone is better off in a change of its own. */
function splitHint(findings: readonly RiskFinding[], tier: SemverLevel): string | undefined {
  const kinds = [...new Set(findings.map(({ kind }) => kind))]
  const tierOf = (kind: string): SemverLevel =>
    highestTier(findings.filter((one) => one.kind === kind).map((one) => one.tier))
  const hard = kinds.filter((kind) => tierOf(kind) === tier)
  const easier = kinds.filter((kind) => tierOf(kind) !== tier && tierOf(kind) !== 'none')
  if (easier.length === 0) return undefined
  const need = hard.length === 1 ? 'needs' : 'need'
  return `Only ${hard.join(', ')} ${need} ${tier}. The rest (${easier.join(', ')}) would need less in a separate pull request.`
}

/** A chart's name by the alias that a Chart.yaml gives it. */
function aliasesIn(charts: readonly string[]): Aliases {
  const entries = charts.flatMap((text) => getList(readYaml(text), 'dependencies'))
  return new Map(
    entries.flatMap((entry): [string, string][] => {
      const [alias, name] = [getText(entry, 'alias'), getText(entry, 'name')]
      return alias !== undefined && name !== undefined ? [[alias, name]] : []
    }),
  )
}
