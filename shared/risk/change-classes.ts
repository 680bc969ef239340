import type { ChangeClass as PolicyKind } from '../policy/policy.js'
import { type ChangeKind, changeKinds, type Group, type RiskFinding } from './types.js'

interface Kinds {
  changeClasses: readonly PolicyKind[]
}

/** The policy's own kind of a chart's version change. */
export const classOfChart = ({ changeClasses: own }: Kinds, ...names: (string | undefined)[]): PolicyKind | undefined =>
  own.find(({ charts }) => charts.some((chart) => names.includes(chart)))

/** The policy's own kind of a value's change: of the kinds that name it, or a map around it, the one that says most. */
export function classOfValue({ changeClasses: own }: Kinds, keys: readonly string[]): PolicyKind | undefined {
  const matching = own.flatMap((kind) =>
    kind.values
      .filter((path) => path.length <= keys.length && path.every((key, index) => String(key) === keys[index]))
      .map((path) => ({ kind, length: path.length })),
  )
  return matching.toSorted((one, other) => other.length - one.length)[0]?.kind
}

const groups: Partial<Record<ChangeKind, Group>> = {
  docs: 'docs',
  tests: 'ci',
  workflows: 'ci',
  toolchain: 'ci',
  application: 'application',
  content: 'content',
  kubernetes: 'kubernetes',
}

const isBuiltIn = (name: string): name is ChangeKind => (changeKinds as readonly string[]).includes(name)

/** What a kind counts as; the policy may name a kind of its own, or one that is there. */
export const groupOfKind = (kind: string): Group => (isBuiltIn(kind) ? groups[kind] : undefined) ?? 'config'

/** A finding for what the policy itself sorts. */
export const declaredClass = ({ name, tier }: PolicyKind, path: string, what: string): RiskFinding => ({
  kind: name,
  group: groupOfKind(name),
  tier: tier ?? (name === 'docs' ? 'none' : groupOfKind(name) === 'content' ? 'T0' : 'T2'),
  path,
  what,
  why: tier ? 'the policy says so' : 'the policy names it',
})
