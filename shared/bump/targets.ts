import { UserError } from '../foundation/errors.js'
import { type Component, lockFile, type Target } from '../policy/policy.js'
import { showTarget } from '../policy/target.js'
import { chartDependency } from '../yaml/chart-dependency.js'
import { editImagePlace, readImagePlace } from '../yaml/image-place.js'
import { showPath } from '../yaml/path.js'
import { findText } from '../yaml/scalar.js'
import { spliceScalar } from '../yaml/splice.js'
import { type BumpFiles, requireText } from './files.js'
import { readLock } from './lock.js'
import type { ArtifactSource } from './published.js'

/** What a component's targets say at some commit of the deploy repo. */
export interface CurrentVersion {
  /** Of the first target. */
  version: string
  /** The registry that versions come from: it is written beside the version. */
  source: ArtifactSource
  /** Targets (`FILE#PATH`) that say another version than the first. A bump brings them all to the same one. */
  others: { at: string; version: string }[]
}

/**
 * Reads a component's targets.
 *
 * @throws UserError `target-missing` with file, line and fix; also where two targets are not the same chart or image.
 */
export function readCurrent(component: Component, files: BumpFiles): CurrentVersion {
  const [first, ...rest] = component.targets
  const source = sourceOf(first, component, files)
  const version = versionOf(first, component, files)
  for (const target of rest) {
    if (target.kind === first.kind) requireSame(component, source, sourceOf(target, component, files), target)
  }
  const others = rest
    .map((target) => ({ at: showTarget(target), version: versionOf(target, component, files) }))
    .filter((other) => other.version !== version)
  return { version, source, others }
}

/** The version that one target says. @throws UserError `target-missing` */
export function versionOf(target: Target, component: Component, files: BumpFiles): string {
  const text = requireText(component, files, target.file)
  if (target.kind === 'chart') return chartDependency(text, target.dependency, target.file).version
  if (target.kind === 'value') return findText(text, target.path, target.file)
  const { tag, digest } = readImagePlace(text, target.path, target.file)
  const version = tag ?? pinnedVersion(component, files, digest)
  if (version !== undefined) return version
  throw new UserError('target-missing', `${showPath(target.path)} in ${target.file} is not an image with a tag.`, {
    fix:
      digest === undefined
        ? 'Write the whole image there, such as "registry.example/team/name:1.2.3".'
        : `Write the tag before the digest ("name:tag@${digest.slice(0, 15)}..."): ${lockFile} does not pin ${component.name} to this digest, so its version is unknown.`,
    at: { file: target.file },
  })
}

/** The file's text with another version in the target, and no other byte changed. `sha256` replaces a pinned digest. */
export function editTarget(target: Target, text: string, to: { version: string; sha256: string }): string {
  const { file } = target
  switch (target.kind) {
    case 'chart':
      return spliceScalar(text, chartDependency(text, target.dependency, file).path, to.version, file)
    case 'image':
      return editImagePlace(text, target.path, file, to.version, `sha256:${to.sha256}`)
    case 'value':
      return spliceScalar(text, target.path, to.version, file)
  }
}

/** An image that is named by digest alone: the lock file tells which version that is. */
function pinnedVersion({ name }: Component, files: BumpFiles, digest: string | undefined): string | undefined {
  const entry = digest === undefined ? undefined : readLock(files.get(lockFile)).get(name)
  return entry && digest === `sha256:${entry.sha256}` ? entry.version : undefined
}

function sourceOf(target: Target, component: Component, files: BumpFiles): ArtifactSource {
  const text = requireText(component, files, target.file)
  if (target.kind === 'chart') return chartSource(target, text)
  if (target.kind === 'image') return imageSource(target, text)
  throw new Error('the policy lets no component begin with a plain value')
}

function chartSource(target: Extract<Target, { kind: 'chart' }>, text: string): ArtifactSource {
  const { name, repository, line } = chartDependency(text, target.dependency, target.file)
  if (repository === undefined || !/^(https?|oci):\/\/[^\s/]/.test(repository)) {
    throw new UserError(
      'target-missing',
      `The dependency "${target.dependency}" has no chart repository: ${JSON.stringify(repository ?? '')}.`,
      { fix: 'Give it a "repository:" that starts with https:// or oci://', at: { file: target.file, line } },
    )
  }
  return { kind: 'chart', repository, chart: name }
}

function imageSource({ file, path }: Extract<Target, { kind: 'image' }>, text: string): ArtifactSource {
  const { name } = readImagePlace(text, path, file)
  if (name !== undefined) return { kind: 'image', name }
  throw new UserError('target-missing', `${showPath(path)} in ${file} does not name the image.`, {
    fix: 'Write the whole image there, such as "registry.example/team/name:1.2.3", or "repository:" beside it.',
    at: { file },
  })
}

/** One digest is pinned for a version, so all targets of a component must stand for the same bytes. */
function requireSame({ name }: Component, first: ArtifactSource, other: ArtifactSource, target: Target): void {
  const [one, two] = [showSource(first), showSource(other)]
  if (one === two) return
  throw new UserError('target-missing', `The component "${name}" is ${one}, but ${showTarget(target)} is ${two}.`, {
    fix: 'Make two components of it, or correct the file.',
    at: { file: target.file },
  })
}

const showSource = (source: ArtifactSource): string =>
  source.kind === 'chart'
    ? `the chart ${source.chart} of ${source.repository.replace(/\/+$/, '')}`
    : `the image ${source.name}`
