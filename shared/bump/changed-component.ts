import { UserError } from '../foundation/errors.js'
import type { GitObjects } from '../github/git-objects.js'
import type { TreeChange, TreeEntry } from '../github/trees.js'
import { type Component, lockFile, type Policy } from '../policy/policy.js'
import { showTarget } from '../policy/target.js'
import { type BumpFiles, bumpPaths, readBumpFiles } from './files.js'
import { isNotPure, type NotPure, notPure, reviewInstead } from './not-pure.js'
import type { ArtifactSource } from './published.js'
import { readCurrent, versionOf } from './targets.js'

/** The one component whose version differs between base and head, and its files at both. */
export interface ChangedComponent {
  component: Component
  /** The registry that base names. */
  source: ArtifactSource
  /** The versions that are replaced, the first target's first: several where the targets differ at base. */
  from: [string, ...string[]]
  to: string
  base: BumpFiles
  /** What is there, to be held against what is computed. */
  head: BumpFiles
}

/** Which component's files, and nothing else, differ between two commits of the deploy repo. */
export async function changedComponent(
  objects: GitObjects,
  policy: Policy,
  base: string,
  head: string,
): Promise<ChangedComponent | NotPure> {
  const changes = await objects.changes(base, head)
  if (!changes)
    return notPure('The repository has more files than GitHub lists at once, so nothing can be proven.', reviewInstead)
  const wrong = wrongPaths(policy, changes)
  if (wrong) return wrong

  const changed = new Set(changes.map(({ path }) => path))
  const moved: ChangedComponent[] = []
  for (const component of touched(policy, changes)) {
    const files = {
      base: await readBumpFiles(component, textsAt(objects, base)),
      head: await readBumpFiles(component, textsAt(objects, head)),
    }
    const found = compareTargets(component, files)
    if (found && isNotPure(found)) return found
    if (found) moved.push(found)
  }
  const [only, second] = moved
  if (!only) return notPure('It changes no component version.', reviewInstead)
  if (second) {
    const names = moved.map(({ component }) => component.name).join(', ')
    return notPure(`It bumps several components at once: ${names}.`, 'Make a pull request for each of them.')
  }
  // Another component's file is no less foreign than any: values lie beside an image's tag.
  const foreign = [...changed].filter((path) => !only.base.has(path))
  if (foreign.length > 0) {
    return notPure(`It changes more than the version of ${only.component.name}: ${list(foreign)}.`, reviewInstead)
  }
  return only
}

function wrongPaths(policy: Policy, changes: TreeChange[]): NotPure | undefined {
  if (changes.length === 0) return notPure('It changes nothing.', 'Close it, or push the intended change.')
  const allowed = new Set([lockFile, ...policy.components.flatMap(bumpPaths)])
  const others = changes.filter(({ path }) => !allowed.has(path)).map(({ path }) => path)
  if (others.length > 0) {
    return notPure(`It changes more than a component's version: ${list(others)}.`, reviewInstead)
  }
  const odd = changes.find(({ path, base, head }) => !isEdit(path, base, head))
  if (odd) return notPure(`It adds or removes ${odd.path}, or changes its file type.`, reviewInstead)
  if (changes.every(({ path }) => path === lockFile)) {
    return notPure(
      `It changes only ${lockFile}.`,
      'Change the lock file only together with the version of a component.',
    )
  }
  return undefined
}

function isEdit(path: string, base: TreeChange['base'], head: TreeChange['head']): boolean {
  const isNewLock = path === lockFile && base === undefined && head?.mode === '100644'
  const stays = base !== undefined && head !== undefined && base.mode === head.mode && base.mode.startsWith('100')
  return isNewLock || stays
}

/** The files whose texts `changedComponent` looks at. Many changes' files can so be read together. */
export async function filesToCompare(
  objects: GitObjects,
  policy: Policy,
  base: string,
  head: string,
): Promise<TreeEntry[]> {
  const changes = await objects.changes(base, head)
  if (!changes || wrongPaths(policy, changes)) return []
  const paths = [...new Set(touched(policy, changes).flatMap(bumpPaths))]
  const sides = await Promise.all([base, head].map((commit) => objects.entries(commit, paths)))
  return sides.flatMap((entries) => entries ?? []).filter((entry) => entry !== undefined)
}

function touched({ components }: Policy, changes: TreeChange[]): Component[] {
  const changed = new Set(changes.map(({ path }) => path))
  return components.filter(({ targets }) => targets.some(({ file }) => changed.has(file)))
}

const textsAt =
  (objects: GitObjects, commit: string) =>
  async (paths: string[]): Promise<(string | undefined)[]> => {
    const entries = (await objects.entries(commit, paths)) ?? []
    return Promise.all(paths.map((path, index) => entries[index] && objects.text(entries[index], path)))
  }

/** Undefined where none of the component's targets says another version. */
function compareTargets(
  component: Component,
  { base, head }: { base: BumpFiles; head: BumpFiles },
): ChangedComponent | NotPure | undefined {
  const { name, targets } = component
  const versions = (files: BumpFiles): string[] => targets.map((target) => versionOf(target, component, files))
  const before = versions(base)
  const after = valueOrProblem(() => versions(head))
  // At base this is the repository's fault; at head the change's.
  if (after instanceof UserError) return notPure(`It removes ${name}: ${after.message}`, reviewInstead)
  if (before.every((version, index) => version === after[index])) return undefined

  const [to = ''] = after
  const left = targets.find((_, index) => after[index] !== to)
  if (left) {
    return notPure(
      `It bumps only a part of ${name} to ${to}: ${showTarget(left)} has another version.`,
      `Bump all targets of "components.${name}" to one version, as open-bump-pr does.`,
    )
  }
  const [first = to, ...others] = [...new Set(before)].filter((version) => version !== to)
  const { source } = readCurrent(component, base)
  return { component, source, from: [first, ...others], to, base, head }
}

function valueOrProblem<T>(compute: () => T): T | UserError {
  try {
    return compute()
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
}

function list(paths: string[]): string {
  const shown = paths.slice(0, 10).join(', ')
  return paths.length > 10 ? `${shown} and ${paths.length - 10} more` : shown
}
