import { UserError } from '../action/errors.js'
import type { Workspace } from '../action/workspace.js'
import { type LockEntry, lockWith, readLock } from '../bump/lock.js'
import { type Component, lockFile, type Policy, type Release } from '../policy/policy.js'
import { type ChartDependency, chartDependency } from '../yaml/chart-dependency.js'
import { readSource } from '../yaml/documents.js'
import { tagOf } from '../yaml/image-ref.js'
import { findScalar, textOf } from '../yaml/scalar.js'
import { archiveDigest } from './chart.js'

/** The version (of an image: the tag) that the deploy repo's files give each component. */
export async function componentVersions(policy: Policy, workspace: Workspace): Promise<Record<string, string>> {
  const versions = policy.components.map(async (component) => [component.name, await versionOf(component, workspace)])
  return Object.fromEntries(await Promise.all(versions))
}

async function versionOf({ name, target }: Component, workspace: Workspace): Promise<string> {
  const text = await targetText(name, target.file, workspace)
  if (target.kind === 'chart') return chartDependency(text, target.dependency, target.file).version
  const value = textOf(findScalar(readSource(text, target.file), target.path))
  return tagOf(value) ?? value
}

/**
 * Compares the bytes of each fetched component chart with the lock file: Helm itself checks no chart's bytes.
 *
 * @throws UserError `digest-mismatch` with both digests.
 */
export async function checkLock(policy: Policy, workspace: Workspace, release: Release, copy: string): Promise<void> {
  const text = await workspace.read(lockFile)
  const lock = readLock(text)
  for (const { name, target } of policy.components) {
    if (target.kind !== 'chart' || target.file !== `${release.chart}/Chart.yaml`) continue
    const dependency = chartDependency(await targetText(name, target.file, workspace), target.dependency, target.file)
    const entry = lock.get(name)
    const found = await archiveDigest(copy, dependency.name, dependency.version)
    if (!entry) throw neverPinned(name, text, { component: name, version: dependency.version, sha256: found })
    if (entry.version !== dependency.version) throw notPinned(name, dependency, entry.version, target.file)
    if (found === entry.sha256) continue
    throw new UserError(
      'digest-mismatch',
      `${name} ${dependency.version} has other bytes than when it was bumped: sha256 ${found}, but ${lockFile} pins ${entry.sha256}.`,
      {
        fix: 'Find out who published this version twice. Let upstream publish a new version; do not change the lock file by hand.',
        at: { file: lockFile },
      },
    )
  }
}

/** Before the first adoption nothing is pinned yet: says what the file has to be. */
function neverPinned(name: string, text: string | undefined, entry: LockEntry): UserError {
  return new UserError('digest-mismatch', `${lockFile} pins no bytes of ${name} ${entry.version}.`, {
    fix: `Before the first adoption, once you are sure of what is deployed, make ${lockFile} this (after that, bumps keep it):\n${lockWith(text, entry)}`,
    at: { file: lockFile },
  })
}

function notPinned(name: string, { version, line }: ChartDependency, pinned: string, file: string): UserError {
  return new UserError('digest-mismatch', `${file} has ${name} ${version}, but ${lockFile} pins version ${pinned}.`, {
    fix: 'Both change together in a bump: revert the change that touched only one of them, and let open-bump-pr make the bump.',
    at: { file, line },
  })
}

async function targetText(component: string, file: string, workspace: Workspace): Promise<string> {
  const text = await workspace.read(file)
  if (text !== undefined) return text
  throw new UserError('target-missing', `${file} does not exist: components.${component} names it.`, {
    fix: `Correct the path in components.${component}, or add the file.`,
    at: { file },
  })
}
