import { posix } from 'node:path'
import { isMap } from 'yaml'
import { sha256 } from '../foundation/digest.js'
import { UserError } from '../foundation/errors.js'
import { readSource } from '../yaml/documents.js'
import { readScalar } from '../yaml/scalar.js'
import { spliceScalar } from '../yaml/splice.js'

const lockNames = new Map([
  ['Chart.yaml', 'Chart.lock'],
  ['requirements.yaml', 'requirements.lock'],
])

/** The lock file that Helm keeps beside a file with dependencies; undefined beside any other file. */
export function chartLockOf(file: string): string | undefined {
  const lock = lockNames.get(posix.basename(file))
  return lock === undefined ? undefined : posix.join(posix.dirname(file), lock)
}

/** A file with dependencies, before and after their versions were changed. */
export interface ChartFile {
  file: string
  before: string
  after: string
}

/**
 * Helm's lock file, made to fit the changed dependencies again, so that `helm dependency build` takes it: their versions,
 * and the digest over both lists. `generated` stays as it is: it plays no part for Helm, and the same change must give the
 * same bytes whenever it is computed.
 *
 * @throws UserError `target-missing` where the lock file does not fit the file as it was: what is right then cannot be
 * told without resolving all dependencies anew.
 */
export function refreshChartLock({ file, before, after }: ChartFile, lockText: string): string {
  if (before === after) return lockText
  const lock = chartLockOf(file) ?? file
  const [was, is, locked] = [readList(before, file), readList(after, file), readList(lockText, lock)]
  const digest = readScalar(lockText, ['digest'], lock)?.value
  const digestOf = [helm3Digest, helm2Digest].find((compute) => compute(was, locked) === digest)
  const fits = was.length === locked.length && was.every(({ name }, index) => locked[index]?.name === name)
  if (!digestOf || !fits || was.length !== is.length) {
    throw new UserError('target-missing', `${lock} is out of sync with ${file} already.`, {
      fix: `Run "helm dependency update ${posix.dirname(file)}", and commit ${lock}.`,
      at: { file: lock },
    })
  }
  const moved = is.flatMap(({ version }, index) => (version === was[index]?.version ? [] : [{ index, version }]))
  const text = moved.reduce(
    (now, { index, version }) => spliceScalar(now, ['dependencies', index, 'version'], version ?? '', lock),
    lockText,
  )
  return spliceScalar(text, ['digest'], digestOf(is, readList(text, lock)), lock)
}

/** Whether two texts of a chart's lock file differ at most in when Helm generated them: that is what Helm adds by hand. */
export function isSameChartLock(path: string, one: string, other: string): boolean {
  const time = /^generated: "?\d{4}-\d\d-\d\dT[\d:.]{8,18}(Z|[+-]\d\d:\d\d)"?\r?$/m
  const isLock = /(^|\/)(Chart|requirements)\.lock$/.test(path)
  return isLock && time.test(one) && time.test(other) && one.replace(time, '') === other.replace(time, '')
}

/** As Go encodes it: these keys in this order, empty ones left out, except for the first and `repository`. */
interface Dependency {
  name: string
  version?: string
  repository: string
  condition?: string
  tags?: string[]
  enabled?: true
  'import-values'?: unknown[]
  alias?: string
}

/** Helm 3 and 4: over both lists, after short names of repositories were looked up; the lock file has what was found. */
function helm3Digest(dependencies: Dependency[], locked: Dependency[]): string {
  const resolved = dependencies.map((dependency, index) => ({
    ...dependency,
    repository: /^(@|alias:)/.test(dependency.repository) ? (locked[index]?.repository ?? '') : dependency.repository,
  }))
  return `sha256:${sha256(goJson([resolved, locked]))}`
}

/** Helm 2: over what is asked for only. Helm 3 and 4 still take it for charts of their version 1. */
const helm2Digest = (dependencies: Dependency[]): string => `sha256:${sha256(goJson({ dependencies }))}`

const goJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

function readList(text: string, file: string): Dependency[] {
  // Helm's parser is nearer to YAML 1.1.
  const root = readSource(text, file, '1.1').documents[0]
  const data: unknown = isMap(root?.contents) ? root.toJS({ maxAliasCount: 100 }) : undefined
  const list = isObject(data) && Array.isArray(data.dependencies) ? data.dependencies : []
  return list.map((entry: unknown) => dependencyOf(isObject(entry) ? entry : {}))
}

function dependencyOf(entry: Record<string, unknown>): Dependency {
  // A version such as 7 or 1.10 without quotes is a number, of which Helm makes a text.
  const text = (key: string): string => (entry[key] === null || entry[key] === undefined ? '' : String(entry[key]))
  const texts = (key: string) => (text(key) === '' ? {} : { [key]: text(key) })
  const list = (key: string) => {
    const value = entry[key]
    return Array.isArray(value) && value.length > 0 ? { [key]: value.map(sorted) } : {}
  }
  return {
    name: text('name'),
    ...texts('version'),
    repository: text('repository'),
    ...texts('condition'),
    ...list('tags'),
    ...(entry.enabled === true ? { enabled: true } : {}),
    ...list('import-values'),
    ...texts('alias'),
  }
}

/** Go sorts the keys of maps. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  const keys = Object.keys(value).toSorted()
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]))
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
