import type { CarriedChange } from '../bump/carried.js'
import { carriedInWords, needsReview } from '../bump/carried.js'
import { getList, getPath, getText } from '../yaml/get-path.js'
import { classOfChart } from './change-classes.js'
import { isStateless, purposeOf } from './charts.js'
import { componentOfChart } from './images-in-values.js'
import { atLeast, type ClassifyContext, type RiskFinding, type SemverLevel } from './types.js'
import { tierOfStep, versionStep } from './versions.js'

interface Dependency {
  name: string
  alias: string | undefined
  version: string
  /** Everything else of the entry, as text. */
  rest: string
}

function dependenciesOf(chart: unknown): Map<string, Dependency> {
  const list = getList(chart, 'dependencies').flatMap((entry): [string, Dependency][] => {
    const [name, alias, version] = ['name', 'alias', 'version'].map((key) => getText(entry, key))
    if (name === undefined) return []
    const rest = JSON.stringify({ ...(entry as object), version: undefined })
    return [[alias ?? name, { name, alias, version: version ?? '', rest }]]
  })
  return new Map(list)
}

/** What a Chart.yaml, a Chart.lock or a requirements.yaml changes; empty where only comments do. */
export function dependencyFindings(
  path: string,
  before: unknown,
  after: unknown,
  context: ClassifyContext,
): RiskFinding[] {
  const [old, fresh] = [dependenciesOf(before), dependenciesOf(after)]
  const names = [...new Set([...old.keys(), ...fresh.keys()])]
  const findings = names.flatMap((name) => dependencyChange(path, old.get(name), fresh.get(name), context))
  const own = ['name', 'version', 'appVersion', 'kubeVersion', 'type'].filter(
    (key) => JSON.stringify(getPath(before, key)) !== JSON.stringify(getPath(after, key)),
  )
  const what = `it changes ${own.join(', ')} of the chart itself`
  return own.length === 0
    ? findings
    : [
        ...findings,
        { kind: 'application', group: 'application', tier: 'T1', path, what, why: 'a chart of this repository' },
      ]
}

function dependencyChange(
  path: string,
  old: Dependency | undefined,
  fresh: Dependency | undefined,
  context: ClassifyContext,
): RiskFinding[] {
  const { name, alias } = fresh ?? old ?? { name: '', alias: undefined }
  const base = { ...aboutChart(name, alias, context), path }
  if (!old || !fresh) {
    const what = fresh ? `it adds the chart ${name} ${fresh.version}` : `it removes the chart ${name} ${old?.version}`
    const tier = atLeast(base.tier, fresh ? 'T2' : 'T3')
    return [{ ...base, tier, what, why: fresh ? 'a new dependency' : 'a removed chart is not restored automatically' }]
  }
  const findings: RiskFinding[] = []
  if (old.rest !== fresh.rest) {
    const why = 'the same version may have different contents'
    findings.push({ ...base, tier: 'T2', what: `it changes the source or the condition of ${name}`, why })
  }
  if (old.version === fresh.version) return findings
  const component = componentOfChart(context.policy, name, alias)
  if (component !== undefined)
    return [...findings, ...bumpFindings(path, component, old.version, fresh.version, context)]
  const what = `it changes the chart ${name} from ${old.version} to ${fresh.version}`
  return [...findings, { ...base, what, ...stepTier(name, base.kind, base.tier, old.version, fresh.version) }]
}

/** The kind of a change of this chart, and its tier where the policy fixes one. */
function aboutChart(name: string, alias: string | undefined, { policy }: ClassifyContext) {
  const own = classOfChart(policy, name, alias)
  return { kind: own?.name ?? purposeOf(name) ?? 'component', group: 'component', tier: own?.tier ?? 'none' } as const
}

function stepTier(
  chart: string,
  kind: string,
  fixed: SemverLevel,
  from: string,
  to: string,
): { tier: SemverLevel; why: string } {
  if (fixed !== 'none') return { tier: fixed, why: 'the policy says so' }
  if (isStateless(chart)) return { tier: 'T1', why: 'this chart keeps no data' }
  if (kind === 'monitoring')
    return { tier: 'T1', why: 'it serves no users; the rendered objects show changes of its data' }
  const { tier, why } = tierOfStep(versionStep(from, to))
  if (purposeOf(chart) === undefined && kind === 'component') {
    return { tier: atLeast(tier, 'T2'), why: `${why} of a chart of unknown purpose` }
  }
  return { tier, why }
}

/** A component's bump, and what it brings with it. */
export function bumpFindings(
  path: string,
  component: string,
  from: string,
  to: string,
  context: ClassifyContext,
): RiskFinding[] {
  const bump: RiskFinding = {
    kind: 'bump',
    group: 'bump',
    tier: 'T1',
    path,
    what: `it changes ${component} from ${from} to ${to}`,
    why: 'reviewed upstream, but not proven to be a pure bump',
  }
  const carried = context.carried(component, from, to)
  if (carried) return [bump, ...carried.filter(needsReview).map((one) => carriedFinding(path, component, one))]
  const what = `the contents of ${component} ${to} cannot be compared with ${from}`
  return [bump, { ...bump, kind: 'unknown', tier: 'T2', what, why: 'unknown counts as unsafe' }]
}

function carriedFinding(path: string, component: string, one: CarriedChange): RiskFinding {
  const base = { group: 'bump', path, what: `the bump of ${component} includes: ${carriedInWords(one)}` } as const
  if (one.kind === 'crds') return { ...base, kind: 'crds', tier: 'T3', why: 'Helm does not roll back CRDs' }
  if (one.kind === 'registry') return { ...base, kind: 'registry', tier: 'T2', why: 'images from another registry' }
  const chart = one.name.split('/').at(-1) ?? one.name
  const kind = purposeOf(chart) ?? 'component'
  if (one.before === undefined || one.after === undefined)
    return { ...base, kind, tier: 'T2', why: 'a dependency is added or removed' }
  return { ...base, kind, ...stepTier(chart, kind, 'none', one.before, one.after) }
}
