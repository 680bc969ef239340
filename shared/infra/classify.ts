import { listAt, readYaml, textAt } from '../render/yaml.js'
import { fileFindings, isChartFile, textsOf } from './file-findings.js'
import { policyFiles } from './release-files.js'
import {
  type Context,
  type FileChange,
  type Finding,
  type Group,
  groups,
  highest,
  isInfrastructure,
  type Level,
  rank,
} from './types.js'
import type { Aliases } from './values.js'

/** What a change is, from the contents of what it changes. */
export interface Classification {
  /** The highest tiers first. */
  findings: Finding[]
  /** Every kind, in the same order. */
  kinds: string[]
  tier: Level
  /** Whether something in it is infrastructure. */
  infrastructure: boolean
  /** The heaviest thing that it does. */
  group: Group
  /** How to make it easier, where it is of several kinds. */
  split: string | undefined
}

export interface Changes {
  files: readonly FileChange[]
  /** Whether every changed file is known. */
  complete: boolean
  /** Texts of the Chart.yaml files that do not change: they say whose values are whose. */
  charts?: readonly string[]
}

/** Pure: the same contents give the same answer, and a file more never lowers the tier. */
export function classify({ files, complete, charts = [] }: Changes, context: Context): Classification {
  const aliases = aliasesIn([...charts, ...files.filter(({ path }) => isChartFile(path)).flatMap(textsOf)])
  const policy = policyFiles(context.policy)
  const found = files.flatMap((file) => fileFindings(file, policy, aliases, context))
  return classificationOf(complete ? found : [...found, cutOff])
}

/** What follows from the findings alone. */
export function classificationOf(found: readonly Finding[]): Classification {
  const findings = found.toSorted((one, other) => rank(other.tier) - rank(one.tier))
  const tier = highest(findings.map((one) => one.tier))
  return {
    findings,
    kinds: [...new Set(findings.map(({ kind }) => kind))],
    tier,
    infrastructure: findings.some(isInfrastructure),
    group: groups.find((group) => findings.some((one) => one.group === group)) ?? 'docs',
    split: splitHint(findings, tier),
  }
}

const cutOff: Finding = {
  kind: 'unknown',
  group: 'config',
  tier: 'T2',
  path: '',
  what: 'it changes more files than can be listed',
  why: 'what is not known is not safe',
}

/** A kind that would be easier alone is better off in a change of its own. */
function splitHint(findings: readonly Finding[], tier: Level): string | undefined {
  const kinds = [...new Set(findings.map(({ kind }) => kind))]
  const tierOf = (kind: string): Level => highest(findings.filter((one) => one.kind === kind).map((one) => one.tier))
  const hard = kinds.filter((kind) => tierOf(kind) === tier)
  const easier = kinds.filter((kind) => tierOf(kind) !== tier && tierOf(kind) !== 'none')
  if (easier.length === 0) return undefined
  const need = hard.length === 1 ? 'needs' : 'need'
  return `Only ${hard.join(', ')} ${need} ${tier}. In a pull request of its own, the rest (${easier.join(', ')}) would be through sooner.`
}

/** A chart's name by the alias that a Chart.yaml gives it. */
function aliasesIn(charts: readonly string[]): Aliases {
  const entries = charts.flatMap((text) => listAt(readYaml(text), 'dependencies'))
  return new Map(
    entries.flatMap((entry): [string, string][] => {
      const [alias, name] = [textAt(entry, 'alias'), textAt(entry, 'name')]
      return alias !== undefined && name !== undefined ? [[alias, name]] : []
    }),
  )
}
