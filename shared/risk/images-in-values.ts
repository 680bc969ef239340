import type { Policy } from '../policy/policy.js'
import { matchVersion } from '../policy/version-template.js'
import { getPath } from '../yaml/get-path.js'
import { parseImageRef } from '../yaml/image-ref.js'
import type { ValueDifference } from './differences.js'

/** An image that is set to another version by a value. */
export interface ImageChange {
  /** The name's last part, such as `repo2docker`; undefined where the values do not name it. */
  image: string | undefined
  from: string | undefined
  to: string | undefined
}

const parts = /^(name|repository|registry|tag|digest|sha)$/

/** By the usual spellings: a key that ends in `image`, alone or with name and tag below it. */
export function imageChange({ keys, before, after }: ValueDifference, values: ImageSides): ImageChange | undefined {
  const last = keys.at(-1) ?? ''
  if (/image$/i.test(last) && [before, after].every((value) => value === undefined || typeof value === 'string')) {
    const [old, fresh] = [before, after].map((value) => parseImageRef(String(value ?? '')))
    return { image: lastPart(fresh?.name ?? old?.name), from: old?.tag ?? old?.digest, to: fresh?.tag ?? fresh?.digest }
  }
  if (!parts.test(last) || !/image$/i.test(keys.at(-2) ?? '')) return undefined
  const [old, fresh] = [values.before, values.after].map((side) => getPath(side, ...keys.slice(0, -1)))
  const name = [fresh, old]
    .map((side) => getPath(side, 'repository') ?? getPath(side, 'name'))
    .find((one) => one !== undefined)
  const [from, to] = [old, fresh].map((side) => textOf(getPath(side, 'tag') ?? getPath(side, 'digest')))
  return { image: lastPart(textOf(name)), from, to }
}

export interface ImageSides {
  before: unknown
  after: unknown
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined

const lastPart = (name: string | undefined): string | undefined => name?.split('/').at(-1)

type Components = Pick<Policy, 'components'>

/** The policy's component that an image of this name is, wherever the values spell it. */
export const componentOfImage = ({ components }: Components, image: string | undefined): string | undefined =>
  components.find(
    ({ name, upstream, targets }) =>
      image !== undefined &&
      targets.some(({ kind }) => kind === 'image') &&
      (name === image || upstream.split('/').at(-1) === image),
  )?.name

/** The policy's component that a chart dependency of this name or alias is, in whichever chart of the repository. */
export const componentOfChart = ({ components }: Components, ...names: (string | undefined)[]): string | undefined =>
  components.find(({ targets }) => targets.some((one) => one.kind === 'chart' && names.includes(one.dependency)))?.name

/**
 * The component whose version is written at a place of a values file, because the policy says so, or because a `version` is
 * spelt with a commit as only this component's versions are.
 */
export function componentAt(
  policy: Components,
  file: string,
  { keys, before, after }: ValueDifference,
): string | undefined {
  const named = policy.components.find(({ targets }) =>
    targets.some((one) => one.kind !== 'chart' && one.file === file && one.path.join('\0') === keys.join('\0')),
  )
  if (named) return named.name
  const versions = [before, after].filter((value) => value !== undefined)
  if (keys.at(-1) !== 'version' || versions.length === 0) return undefined
  // An image has a tag; a version is a chart's.
  const spelt = policy.components.filter(({ targets: [first], versions: templates }) => {
    if (first.kind !== 'chart') return false
    const withCommit = templates.filter((template) => template.includes('{commit}') && template !== '{commit}')
    return versions.every((version) => typeof version === 'string' && matchVersion(withCommit, version) !== undefined)
  })
  return spelt.length === 1 ? spelt[0]?.name : undefined
}
