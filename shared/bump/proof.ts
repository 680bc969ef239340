import { UserError } from '../action/errors.js'
import { sha256 } from '../artifact/digest.js'
import { type Artifact, fetchArtifact, listVersions } from '../artifact/published.js'
import type { Http } from '../artifact/registry-http.js'
import type { GitHub } from '../github/client.js'
import { blobSha } from '../github/files.js'
import { lockFile, type Policy } from '../policy/policy.js'
import { carriedChanges, inWords, needsReview } from './carried.js'
import { type ChangedComponent, changedComponent } from './changed-component.js'
import { computeEdit, type Edit } from './edit.js'
import { readLock } from './lock.js'
import { isNotPure, type NotPure, notPure, review } from './not-pure.js'
import { originOf } from './origin.js'

export type { NotPure } from './not-pure.js'

/** What the proof is about: the change from `base` to `head`, two commits (40 hex digits) of the deploy repo. */
export interface Change {
  policy: Policy
  /** `owner/name` of the deploy repo. */
  repo: string
  /** For a pull request the merge base; for a merged commit its first parent. */
  base: string
  head: string
  /** May read the deploy repo. */
  github: GitHub
  /** May read the upstream repositories. */
  upstream: GitHub
  http: Http
}

export type Proof = Pure | NotPure

export interface Pure {
  pure: true
  component: string
  from: string
  to: string
  /** The upstream commit that the version was made from, 40 hex digits. */
  artifactCommit: string
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
export async function provePureBump({ policy, repo, base, head, github, upstream, http }: Change): Promise<Proof> {
  const changed = await changedComponent(github, repo, policy, base, head)
  if (isNotPure(changed)) return changed
  const { component, before, after } = changed
  const [from, to] = [before.version, after.version]

  const origin = await originOf(upstream, component, from, to)
  if (isNotPure(origin)) return origin

  const artifacts = await fetchBoth(http, changed)
  if (isNotPure(artifacts)) return artifacts

  const edit = computeEdit(component, changed.base, artifacts.to)
  const difference = differenceTo(edit, changed, artifacts.to)
  if (difference) return difference

  const carried = carriedBy(artifacts.from, artifacts.to, component.name, from)
  if (carried) return carried
  return {
    pure: true,
    component: component.name,
    from,
    to,
    artifactCommit: origin.artifactCommit,
    sha256: artifacts.to.sha256,
    inputDigest: digestOf(edit),
  }
}

/** The new version's bytes and, where they tell what it carries, the old one's. The registry is the one that base names. */
async function fetchBoth(
  http: Http,
  { component, before, after }: ChangedComponent,
): Promise<{ from: Artifact | undefined; to: Artifact } | NotPure> {
  const listed = await listVersions(http, before.source)
  const fresh = listed.find(({ version }) => version === after.version)
  if (!fresh) {
    return notPure(
      `The registry has no version ${after.version} of ${component.name}.`,
      'Bump to a version that is published. If it was published just now, run this check again.',
      'not-published',
    )
  }
  const old = listed.find(({ version }) => version === before.version)
  try {
    const to = await fetchArtifact(http, before.source, fresh)
    const from = old && before.source.kind === 'chart' ? await fetchArtifact(http, before.source, old) : undefined
    return { from, to }
  } catch (error) {
    if (!(error instanceof UserError) || error.reason !== 'digest-mismatch') throw error
    return notPure(error.message, error.fix, 'digest-mismatch')
  }
}

function differenceTo(
  edit: Edit,
  { component, head }: ChangedComponent,
  { version, sha256 }: Artifact,
): NotPure | undefined {
  const { file } = component.target
  const [target = '', lock = ''] = [edit.get(file), edit.get(lockFile)]
  if (head.target !== target) {
    return notPure(
      `It changes more in ${file} than the version of ${component.name}: line ${lineOf(head.target, target)}.`,
      review,
    )
  }
  if (head.lock === lock) return undefined
  const pinned = pinnedIn(head.lock, component.name)
  if (pinned?.version === version && pinned.sha256 !== sha256) {
    return notPure(
      `The lock file pins ${component.name} ${version} to sha256 ${pinned.sha256}, but the registry has ${sha256}.`,
      'Find out which is right before anything is deployed. If the lock file is wrong, correct it; if the registry is, publish a new version.',
      'digest-mismatch',
    )
  }
  return notPure(
    `${lockFile} is not what this bump makes of it${head.lock === undefined ? '' : `: line ${lineOf(head.lock, lock)}`}.`,
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
      `The registry no longer has ${component} ${old}, so what the bump carries cannot be compared.`,
      'Publish the old version again, or have this reviewed as an infrastructure change.',
      'carried-change',
    )
  }
  const carried = carriedChanges(from.chart, to.chart).filter(needsReview).map(inWords)
  if (carried.length === 0) return undefined
  return notPure(
    `The bump brings more with it than ${component}: ${carried.join('; ')}.`,
    'Have it reviewed as an infrastructure change.',
    'carried-change',
  )
}

/** The same for the same files, whatever base and other files are. */
const digestOf = (edit: Edit): string =>
  sha256(
    [...edit]
      .map(([path, text]) => `${path}\0${blobSha(text)}\n`)
      .sort()
      .join(''),
  )

function lineOf(text: string, wanted: string): number {
  const [lines, others] = [text.split('\n'), wanted.split('\n')]
  const index = lines.findIndex((line, at) => line !== others[at])
  return index < 0 ? lines.length + 1 : index + 1
}
