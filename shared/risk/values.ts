import { showPath } from '../yaml/path.js'
import { classOfValue, declaredClass, groupOfKind } from './change-classes.js'
import { purposeOf } from './charts.js'
import { bumpFindings } from './dependencies.js'
import { type ValueDifference, valueDifferences } from './differences.js'
import { meaningOf } from './fields.js'
import { componentAt, componentOfImage, type ImageSides, imageChange } from './images-in-values.js'
import { atLeast, type ChangeKind, type ClassifyContext, type RiskFinding } from './types.js'
import { tierOfStep, versionStep } from './versions.js'

/** Names of the charts that a repository's Chart.yaml files give an alias, by alias. */
export type Aliases = ReadonlyMap<string, string>

/** What a values file changes, value by value; empty where only comments or the order change. */
export function valuesFindings(
  path: string,
  values: ImageSides,
  aliases: Aliases,
  context: ClassifyContext,
): RiskFinding[] {
  return valueDifferences(values.before, values.after).flatMap((difference) =>
    valueFindings(path, difference, values, aliases, context),
  )
}

function valueFindings(
  path: string,
  difference: ValueDifference,
  values: ImageSides,
  aliases: Aliases,
  context: ClassifyContext,
): RiskFinding[] {
  const { keys, before, after } = difference
  const what = `it changes ${showPath([...keys])} from ${show(before)} to ${show(after)}`
  const own = classOfValue(context.policy, keys)
  if (own) return [declaredClass(own, path, what)]

  const image = imageChange(difference, values)
  const component = componentAt(context.policy, path, difference) ?? componentOfImage(context.policy, image?.image)
  if (component !== undefined) {
    const [from, to] = [image?.from ?? String(before), image?.to ?? String(after)]
    const isChart = context.policy.components.some(
      ({ name, targets: [first] }) => name === component && first.kind === 'chart',
    )
    // An image brings nothing but itself.
    const bump = bumpFindings(path, component, from, to, isChart ? context : { ...context, carried: () => [] })
    return [{ ...(bump[0] as RiskFinding), what }, ...bump.slice(1)]
  }
  const owner = ownerOf(keys, aliases)
  if (image) {
    const kind = purpose(owner) ?? 'component'
    const step = tierOfStep(versionStep(image.from ?? '', image.to ?? ''))
    return [{ kind, group: 'component', tier: step.tier, path, what, why: `an image: ${step.why}` }]
  }
  const meaning = meaningOf(difference)
  if (meaning.kind === 'content') return [{ ...meaning, group: groupOfKind(meaning.kind), path, what }]
  const kind = purpose(owner) ?? meaning.kind
  // Nobody is served by monitoring: a setting that is not known is a matter of routine there.
  const quiet = kind === 'monitoring' && meaning.kind === 'configuration'
  const tier = quiet ? 'T1' : purpose(owner) === 'ingress' ? atLeast(meaning.tier, 'T1') : meaning.tier
  return [{ kind, group: 'config', tier, path, what, why: quiet ? 'a setting of monitoring' : meaning.why }]
}

/** The innermost chart whose values these are: charts' values lie below their names, also inside each other. */
function ownerOf(keys: readonly string[], aliases: Aliases): string | undefined {
  const charts = keys.map((key) => aliases.get(key) ?? key)
  const end = charts.findIndex((chart, index) => index > 0 && purposeOf(chart) === undefined)
  return charts[(end < 0 ? charts.length : end) - 1]
}

/** What the values of a chart are about; a JupyterHub's settings are about whatever each of them says. */
function purpose(chart: string | undefined): ChangeKind | undefined {
  const kind = chart === undefined ? undefined : purposeOf(chart)
  return kind === 'jupyterhub' ? undefined : kind
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value) ?? ''
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
