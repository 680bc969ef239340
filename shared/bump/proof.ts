import type { Clock } from '../foundation/clock.js'
import { sha256 } from '../foundation/digest.js'
import { UserError } from '../foundation/errors.js'
import type { GitHub } from '../github/client.js'
import { blobSha } from '../github/files.js'
import type { GitObjects } from '../github/git-objects.js'
import { lockFile, type Policy } from '../policy/policy.js'
import type { Http } from '../registry/registry-http.js'
import { carriedChanges, carriedInWords, needsReview } from './carried.js'
import { type ChangedComponent, changedComponent } from './changed-component.js'
import { isSameChartLock } from './chart-lock.js'
import { type BumpEdit, computeEdit } from './edit.js'
import type { BumpFiles } from './files.js'
import { readLock } from './lock.js'
import { isNotPure, type NotPure, notPure, reviewInstead } from './not-pure.js'
import { type Origin, originOf, type UpstreamMerge } from './origin.js'
import { type Artifact, fetchArtifact, listVersions } from './published.js'
import type { UpstreamMains } from './upstream-mains.js'

export type { NotPure } from './not-pure.js'

/** What the proof is about: the change from `base` to `head`, two commits (40 hex digits) of the deploy repo. */
export interface ProvenChange {
  policy: Policy
  /** For a pull request the merge base; for a merged commit its first parent. */
  base: string
  head: string
  /** Of the deploy repo. */
  objects: GitObjects
  /** May read the upstream repositories. */
  upstream: GitHub
  /** Shared by changes that are proven together. */
  mains?: UpstreamMains | undefined
  http: Http
  clock: Pick<Clock, 'sleep'>
}

export type Proof = PureBump | NotPure

export interface PureBump {
  pure: true
  component: string
  from: string
  to: string
  /** The upstream commit that the version was made from, 40 hex digits. */
  artifactCommit: string
  /** What brought it upstream. Whether its checks are green is not part of this proof: see `upstreamChecks`. */
  merge: UpstreamMerge
  sha256: string
  /** sha256 over the files that the bump may touch, as they are at head. */
  inputDigest: string
}

/**
 * Whether the change is one component's bump and nothing else, by computing it again from base and registry. Who made it,
 * and what title, branch, labels and text say, plays no part: a bump made by hand passes as well.
 *
 * @throws UserError where registry, GitHub or base itself are not right: then nothing is known.
 */
export async function provePureBump(change: ProvenChange): Promise<Proof> {
  const { policy, base, head, objects, http } = change
  const changed = await changedComponent(objects, policy, base, head)
  if (isNotPure(changed)) return changed
  const { component, from, to } = changed

  const origin = await newerThanAll(change, changed)
  if (isNotPure(origin)) return origin

  const artifacts = await fetchAll(http, changed)
  if (isNotPure(artifacts)) return artifacts

  const edit = computeEdit(component, changed.base, artifacts.to)
  const difference = differenceTo(edit, changed, artifacts.to)
  if (difference) return difference

  for (const old of from) {
    const carried = carriedBy(artifacts.from.get(old), artifacts.to, component.name, old)
    if (carried) return carried
  }
  return {
    pure: true,
    component: component.name,
    from: from[0],
    to,
    artifactCommit: origin.artifactCommit,
    merge: origin.merge,
    sha256: artifacts.to.sha256,
    inputDigest: digestOf(changed.head),
  }
}

/** Where the targets say different versions at base, the new one must contain each of them. */
async function newerThanAll(
  change: ProvenChange,
  { component, from: [first, ...others], to }: ChangedComponent,
): Promise<Origin | NotPure> {
  const origin = await originOf(change, component, first, to)
  for (const old of isNotPure(origin) ? [] : others) {
    const again = await originOf(change, component, old, to)
    if (isNotPure(again)) return again
  }
  return origin
}

/** The new version's bytes and, where they tell what it carries, the old ones'. The registry is the one that base names. */
async function fetchAll(
  http: Http,
  { component, source, from, to }: ChangedComponent,
): Promise<{ from: Map<string, Artifact>; to: Artifact } | NotPure> {
  const listed = await listVersions(http, source)
  const fresh = listed.find(({ version }) => version === to)
  if (!fresh) {
    return notPure(
      `The registry has no version ${to} of ${component.name}.`,
      'Bump to a version that is published. If it was published just now, run this check again.',
      'version-not-found',
    )
  }
  const old = source.kind === 'chart' ? listed.filter(({ version }) => from.includes(version)) : []
  try {
    const [artifact, ...before] = await Promise.all([fresh, ...old].map((one) => fetchArtifact(http, source, one)))
    if (!artifact) throw new Error('the new version was not fetched')
    return { from: new Map(before.map((one) => [one.version, one])), to: artifact }
  } catch (error) {
    if (!(error instanceof UserError) || error.reason !== 'digest-mismatch') throw error
    return notPure(error.message, error.fix, 'digest-mismatch')
  }
}

function differenceTo(
  edit: BumpEdit,
  { component, base, head }: ChangedComponent,
  { version, sha256 }: Artifact,
): NotPure | undefined {
  for (const [path, before] of base) {
    if (path === lockFile) continue
    const [wanted = '', found = ''] = [edit.get(path) ?? before, head.get(path)]
    if (found === wanted || isSameChartLock(path, found, wanted)) continue
    return notPure(
      `It changes more in ${path} than the version of ${component.name}: line ${lineOf(found, wanted)}.`,
      reviewInstead,
    )
  }
  const [lock = '', headLock] = [edit.get(lockFile) ?? base.get(lockFile), head.get(lockFile)]
  if (headLock === lock) return undefined
  const pinned = pinnedIn(headLock, component.name)
  if (pinned?.version === version && pinned.sha256 !== sha256) {
    return notPure(
      `The lock file pins ${component.name} ${version} to sha256 ${pinned.sha256}, but the registry has ${sha256}.`,
      'Find out which is right before anything is deployed. If the lock file is wrong, correct it; if the registry is, publish a new version.',
      'digest-mismatch',
    )
  }
  return notPure(
    `${lockFile} does not match this bump${headLock === undefined ? '' : `: line ${lineOf(headLock, lock)}`}.`,
    `Its entry must be "${component.name}" with version "${version}" and sha256 "${sha256}", and nothing else may change.`,
  )
}

function pinnedIn(lock: string | undefined, component: string): { version: string; sha256: string } | undefined {
  try {
    return readLock(lock).get(component)
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

function carriedBy(from: Artifact | undefined, to: Artifact, component: string, old: string): NotPure | undefined {
  if (!to.chart) return undefined
  if (!from?.chart) {
    return notPure(
      `The registry no longer has ${component} ${old}, so transitive changes cannot be found.`,
      'Publish the old version again, or have this reviewed as an infrastructure change.',
      'transitive-change',
    )
  }
  const carried = carriedChanges(from.chart, to.chart).filter(needsReview).map(carriedInWords)
  if (carried.length === 0) return undefined
  return notPure(
    `The bump has transitive changes besides ${component}: ${carried.join('; ')}.`,
    'Have it reviewed as an infrastructure change.',
    'transitive-change',
  )
}

/** The same for the same files, whatever base and other files are. */
const digestOf = (files: BumpFiles): string =>
  sha256(
    [...files]
      .map(([path, text]) => `${path}\0${text === undefined ? '' : blobSha(text)}\n`)
      .sort()
      .join(''),
  )

function lineOf(text: string, wanted: string): number {
  const [lines, others] = [text.split('\n'), wanted.split('\n')]
  const index = lines.findIndex((line, at) => line !== others[at])
  return index < 0 ? lines.length + 1 : index + 1
}
