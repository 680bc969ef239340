import { isMap, isSeq, type ParsedNode } from 'yaml'
import { UserError } from '../foundation/errors.js'
import { didYouMean } from './did-you-mean.js'
import { readSource, type YamlSource } from './documents.js'
import type { Path } from './path.js'
import { findScalar, textOf } from './scalar.js'

/** One entry of `dependencies` in a Chart.yaml (or a requirements.yaml of Helm 2). */
export interface ChartDependency {
  /** Where its version is written, for `spliceScalar`. */
  path: Path
  version: string
  name: string
  alias: string | undefined
  repository: string | undefined
  line: number
}

/**
 * The dependency that goes by `name`: its alias, or its name where it has no alias or is the only one of that name.
 *
 * @throws UserError `target-missing` where there is none, or where several of that name cannot be told apart.
 */
export function chartDependency(text: string, name: string, file = 'Chart.yaml'): ChartDependency {
  const source = readSource(text, file)
  const all = dependencies(source)
  const named = all.filter((dependency) => dependency.name === name)
  const choices = [
    all.filter((dependency) => dependency.alias === name),
    named.filter((dependency) => dependency.alias === undefined),
    named,
  ]
  const chosen = choices.find((some) => some.length > 0) ?? []
  const [only, second] = chosen
  if (only && !second) return { ...only, version: textOf(findScalar(source, only.path)) }

  if (only && second) {
    const lines = chosen.map((dependency) => dependency.line).join(', ')
    const aliases = chosen.flatMap((dependency) => dependency.alias ?? [])
    throw new UserError('target-missing', `${file} has the dependency "${name}" more than once (lines ${lines}).`, {
      fix: aliases.length > 0 ? `Use its alias: ${aliases.join(', ')}.` : 'Give each an "alias", and use that.',
      at: { file, line: second.line },
    })
  }
  const known = all.map((dependency) => dependency.alias ?? dependency.name)
  throw new UserError('target-missing', `${file} has no dependency "${name}".`, {
    fix: didYouMean(name, known) ?? `Add it under "dependencies" of ${file}.`,
    at: { file },
  })
}

function dependencies(source: YamlSource): Omit<ChartDependency, 'version'>[] {
  const root = source.documents[0]?.contents
  const list: unknown = isMap(root) ? root.get('dependencies', true) : undefined
  if (!isSeq(list)) return []
  return list.items.flatMap((item, index) => {
    const of = (key: string): string | undefined => {
      const value: unknown = isMap(item) ? item.get(key) : undefined
      return typeof value === 'string' ? value : undefined
    }
    const name = of('name')
    if (name === undefined) return []
    const { line } = source.place((item as ParsedNode).range[0])
    return [{ path: ['dependencies', index, 'version'], name, alias: of('alias'), repository: of('repository'), line }]
  })
}
