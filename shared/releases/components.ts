import { type BumpFiles, readBumpFiles, requireText } from '../bump/files.js'
import { type LockEntry, lockWith, readLock } from '../bump/lock.js'
import { versionOf } from '../bump/targets.js'
import { UserError } from '../foundation/errors.js'
import type { Workspace } from '../foundation/workspace.js'
import { type Component, lockFile, type Policy, type Release, type Target } from '../policy/policy.js'
import { imageDigest } from '../registry/oci.js'
import { chartDependency } from '../yaml/chart-dependency.js'
import { readImagePlace } from '../yaml/image-place.js'
import { archiveDigest, isChartSource } from './chart.js'

/** The version (of an image: the tag) that the deploy repo's files give each component. */
export async function componentVersions(policy: Policy, workspace: Workspace): Promise<Record<string, string>> {
  const versions = policy.components.map(async (component) => {
    const files = await filesOf(component, workspace)
    return [component.name, versionOf(component.targets[0], component, files)] as const
  })
  return Object.fromEntries(await Promise.all(versions))
}

/** What a release's components are held against the lock file with. */
export interface FetchedDependency {
  release: Pick<Release, 'chart'>
  /** The release's chart, dependencies fetched. */
  chart: string
  http: typeof fetch
}

/**
 * Compares with the lock file the version at every target, the bytes of each fetched component chart (Helm itself checks no
 * chart's bytes), and what each image's tag stands for in its registry now.
 *
 * @throws UserError `digest-mismatch` with both digests, `registry-unreachable`
 */
export async function checkLock(policy: Policy, workspace: Workspace, fetched: FetchedDependency): Promise<void> {
  const pins = await workspace.read(lockFile)
  const lock = readLock(pins)
  for (const component of policy.components) {
    const files = await filesOf(component, workspace)
    const entry = lock.get(component.name)
    for (const target of component.targets) {
      const text = requireText(component, files, target.file)
      const version = versionOf(target, component, files)
      if (entry !== undefined && entry.version !== version) throw notPinned(component, target, text, version, entry)
      const found = await digestOf(target, text, version, fetched)
      if (found === undefined) continue
      if (!entry) throw neverPinned(pins, { component: component.name, version, sha256: found })
      if (found !== entry.sha256) throw otherBytes(entry, found)
    }
  }
}

const filesOf = (component: Component, workspace: Workspace): Promise<BumpFiles> =>
  readBumpFiles(component, (paths) => Promise.all(paths.map((path) => workspace.read(path))))

/** sha256 (hex) of what a target brings into this release; undefined where it is no part of it, or no artifact. */
async function digestOf(
  target: Target,
  text: string,
  version: string,
  fetched: FetchedDependency,
): Promise<string | undefined> {
  if (target.kind === 'value') return undefined
  if (target.kind === 'chart') {
    const { name } = chartDependency(text, target.dependency, target.file)
    return isChartSource(target.file, fetched.release) ? archiveDigest(fetched.chart, name, version) : undefined
  }
  const { name, digest } = readImagePlace(text, target.path, target.file)
  // Pinned there, nodes pull exactly this, whatever the tag stands for.
  if (digest !== undefined) return digest.slice('sha256:'.length)
  if (name === undefined) return undefined
  const found = await imageDigest(fetched.http, name, version)
  if (found !== undefined) return found
  throw new UserError('digest-mismatch', `${name}:${version} is no longer in its registry: the tag was deleted.`, {
    fix: 'Publish a new version upstream, and bump to it.',
    at: { file: target.file },
  })
}

/** Before the first adoption nothing is pinned yet: says what the file has to be. */
function neverPinned(text: string | undefined, entry: LockEntry): UserError {
  return new UserError('digest-mismatch', `${lockFile} has no digest of ${entry.component} ${entry.version}.`, {
    fix: `Before the first adoption, check what is deployed, then set ${lockFile} to this (later, bumps keep it up to date):\n${lockWith(text, entry)}`,
    at: { file: lockFile },
  })
}

function otherBytes({ component, version, sha256 }: LockEntry, found: string): UserError {
  return new UserError(
    'digest-mismatch',
    `${component} ${version} was changed after its bump: its sha256 is ${found}, but ${lockFile} pins ${sha256}.`,
    {
      fix: 'Find out who published this version again. Publish a new version upstream; do not edit the lock file by hand.',
      at: { file: lockFile },
    },
  )
}

function notPinned({ name }: Component, target: Target, text: string, version: string, pinned: LockEntry): UserError {
  const { file } = target
  const line = target.kind === 'chart' ? chartDependency(text, target.dependency, file).line : undefined
  return new UserError(
    'digest-mismatch',
    `${file} has ${name} ${version}, but ${lockFile} pins version ${pinned.version}.`,
    {
      fix: 'A bump changes both together: revert the change to only one of them, and let open-bump-pr create the bump.',
      at: { file, ...(line === undefined ? {} : { line }) },
    },
  )
}
