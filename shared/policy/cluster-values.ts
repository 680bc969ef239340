import picomatch from 'picomatch'
import { isMap } from 'yaml'
import { UserError } from '../foundation/errors.js'
import { readSource } from '../yaml/documents.js'
import type { Path } from '../yaml/path.js'
import type { Cluster, Policy, Release } from './types.js'

export type HelmValues = Record<string, unknown>

/** Text of a file of the deploy repo, undefined where it does not exist. */
export type ReadFile = (path: string) => Promise<string | undefined>

const isGlob = (path: string): boolean => picomatch.scan(path).isGlob

/**
 * The values files of a release on a cluster, in the order Helm gets them: plain paths whether they exist or not, globs as
 * what they match among `files` (all paths of the deploy repo), by name.
 */
export function valuesFiles(
  release: Pick<Release, 'values'>,
  cluster: Pick<Cluster, 'name'>,
  files: readonly string[],
): string[] {
  const patterns = release.values.map((pattern) => pattern.replaceAll('{cluster}', cluster.name))
  const paths = patterns.flatMap((pattern) => {
    if (!isGlob(pattern)) return [pattern]
    const matches = picomatch(pattern)
    return files.filter((file) => matches(file)).toSorted()
  })
  // A file that is named twice counts where it is named last, as it would for Helm.
  return paths.filter((path, index) => !paths.includes(path, index + 1))
}

/**
 * A chart's default values with values files over them, as Helm merges them: maps are merged, everything else is replaced,
 * and a null deletes what was there.
 */
export function mergeValues(defaults: unknown, files: readonly unknown[]): HelmValues {
  // A null of one file must still be there when the defaults come in, unless a later file takes it back.
  const given = files.filter(isObject).reduce<unknown>((below, above) => over(below, above), {})
  const merged = withoutNulls(over(defaults, given))
  return isObject(merged) ? merged : {}
}

/** The value at `path`; undefined where the path leads nowhere. */
export const readPath = (values: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined
    return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
  }, values)

/**
 * A release's values on a cluster: the chart's defaults and its values files. Files that are not there, or that are
 * encrypted, are left out and named in `unread`.
 *
 * @throws UserError `target-missing` where a file is not YAML.
 */
export async function clusterValues(
  release: Pick<Release, 'chart' | 'values'>,
  cluster: Pick<Cluster, 'name'>,
  readFile: ReadFile,
  files: readonly string[],
): Promise<{ values: HelmValues; unread: string[] }> {
  const paths = valuesFiles(release, cluster, files)
  const texts = await Promise.all([`${release.chart}/values.yaml`, ...paths].map(readFile))
  const [defaults, ...given] = texts.map((text, index) =>
    readable(text, paths[index - 1] ?? `${release.chart}/values.yaml`),
  )
  return {
    values: mergeValues(defaults, given),
    unread: paths.filter((_, index) => given[index] === undefined),
  }
}

/** The merged values of every release of a cluster, in the policy's order. @throws as `clusterValues`. */
export const valuesOn = async (
  policy: Pick<Policy, 'releases'>,
  cluster: Pick<Cluster, 'name'>,
  readFile: ReadFile,
  files: readonly string[],
): Promise<HelmValues[]> =>
  Promise.all(policy.releases.map(async (release) => (await clusterValues(release, cluster, readFile, files)).values))

/** The value at `path` in the first of the releases' values that have one. */
export const firstAt = (values: readonly HelmValues[], path: Path): unknown =>
  values.map((some) => readPath(some, path)).find((value) => value !== undefined)

/** The cluster's public host name: its own, or the text at its path in the merged values of one of its releases. */
export function clusterHost(cluster: Pick<Cluster, 'host'>, values: readonly HelmValues[]): string | undefined {
  const { host } = cluster
  if (host === undefined || 'name' in host) return host?.name
  return values
    .map((some) => readPath(some, host.path))
    .find((value): value is string => typeof value === 'string' && value !== '')
}

/** Whether a file is encrypted by git-crypt or sops. */
export function isEncrypted(text: string, file?: string): boolean {
  if (text.startsWith('\0GITCRYPT')) return true
  if (!/^["']?sops["']?:/m.test(text)) return false
  const root = readSource(text, file).documents[0]?.contents
  return isMap(root) && isMap(root.get('sops', true) as unknown)
}

/** The file as data; `{}` for an empty one, undefined for one that is missing or encrypted. */
function readable(text: string | undefined, file: string): unknown {
  if (text === undefined || isEncrypted(text, file)) return undefined
  const document = readSource(text, file, '1.1').documents[0]
  try {
    return document?.toJS({ maxAliasCount: 1000 }) ?? {}
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new UserError('target-missing', `${file} cannot be read: ${message}`, {
      fix: `Correct the aliases in ${file}.`,
      at: { file },
    })
  }
}

const isObject = (value: unknown): value is HelmValues =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function over(below: unknown, above: unknown): unknown {
  if (above === undefined) return below
  if (!isObject(below) || !isObject(above)) return above
  const keys = [...new Set([...Object.keys(below), ...Object.keys(above)])]
  return Object.fromEntries(keys.map((key) => [key, over(own(below, key), own(above, key))]))
}

const own = (map: HelmValues, key: string): unknown => (Object.hasOwn(map, key) ? map[key] : undefined)

function withoutNulls(value: unknown): unknown {
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inside]) => (inside === null ? [] : [[key, withoutNulls(inside)]])),
  )
}
