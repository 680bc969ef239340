import { isMap, isScalar, isSeq } from 'yaml'
import { z } from 'zod'
import { chartLockOf } from '../../shared/bump/chart-lock.js'
import { computeEdit } from '../../shared/bump/edit.js'
import { UserError } from '../../shared/foundation/errors.js'
import type { Component, Target } from '../../shared/policy/policy.js'
import { readSource } from '../../shared/yaml/documents.js'
import { readImagePlace } from '../../shared/yaml/image-place.js'
import type { Path } from '../../shared/yaml/path.js'
import { readScalar } from '../../shared/yaml/scalar.js'

/** One real bump: a file of a deploy repo before and after a component went from one version to another. */
const bumpEdit = z.object({
  component: z.string(),
  from: z.string(),
  to: z.string(),
  path: z.string(),
  before: z.string(),
  after: z.string(),
})

export type ReplayedEdit = z.infer<typeof bumpEdit>

export const bumpEdits = z.array(bumpEdit)

/** Undefined where our edit of `before` is `after` byte for byte, else what is wrong with it. */
export function replay(bump: ReplayedEdit): string | undefined {
  try {
    const [first, ...others] = targetsIn(bump)
    if (!first) return `nothing in ${bump.path} is ${bump.component} ${bump.from}`
    const component: Component = {
      name: bump.component,
      upstream: 'owner/name',
      targets: [first, ...others],
      versions: [],
      paths: ['**'],
      wait: 0,
      staleAfter: 5,
      reviewers: [],
      revert: 'issue',
    }
    const to = { version: bump.to, sha256: '0'.repeat(64) }
    const text = computeEdit(component, new Map([[bump.path, bump.before]]), to).get(bump.path) ?? bump.before
    return text === bump.after ? undefined : difference(text, bump.after)
  } catch (error) {
    if (error instanceof UserError) return error.message
    throw error
  }
}

/**
 * What a policy would name in this file: of a chart the dependency of the component's name, or its own version where it is
 * the component itself; of any other file every image of that name with the old version.
 */
function targetsIn({ component, from, path: file, before }: ReplayedEdit): Target[] {
  if (chartLockOf(file) !== undefined) {
    const isItself = readScalar(before, ['name'], file)?.value === component
    return [isItself ? { kind: 'value', file, path: ['version'] } : { kind: 'chart', file, dependency: component }]
  }
  const scalars = readSource(before, file).documents.flatMap(({ contents }) => scalarsOf(contents))
  const paths = scalars.filter(({ text }) => text.includes(from)).map(({ path }) => path)
  return paths
    .filter((path) => {
      const { name, tag } = readImagePlace(before, path, file)
      return name?.split('/').at(-1) === component && tag === from
    })
    .map((path) => ({ kind: 'image', file, path }))
}

/** All scalars that are written out below a node. */
function scalarsOf(node: unknown, path: Path = []): { path: Path; text: string }[] {
  if (isSeq(node)) return node.items.flatMap((item, index) => scalarsOf(item, [...path, index]))
  if (isScalar(node)) return [{ path, text: node.source ?? String(node.value) }]
  if (!isMap(node)) return []
  return node.items.flatMap(({ key, value }) => scalarsOf(value, [...path, isScalar(key) ? String(key.value) : '']))
}

function difference(ours: string, real: string): string {
  const [lines, wanted] = [ours.split('\n'), real.split('\n')]
  const index = lines.findIndex((line, at) => line !== wanted[at])
  const [line, other] = [lines[index] ?? '', wanted[index] ?? '']
  return `line ${index + 1} is ${JSON.stringify(line.slice(0, 200))}, not ${JSON.stringify(other.slice(0, 200))}`
}
