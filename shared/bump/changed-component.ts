import { UserError } from '../action/errors.js'
import type { GitHub } from '../github/client.js'
import { readBlob } from '../github/files.js'
import { type TreeChange, treeChanges } from '../github/trees.js'
import { type Component, lockFile, type Policy } from '../policy/policy.js'
import type { BumpFiles } from './edit.js'
import { isNotPure, type NotPure, notPure, review } from './not-pure.js'
import { type Current, readTarget } from './targets.js'

/** The one component whose version differs between base and head, and the files at both. */
export interface ChangedComponent {
  component: Component
  before: Current
  after: Current
  base: BumpFiles
  /** What is there, to be held against what is computed. */
  head: BumpFiles
}

/** Which component's files, and nothing else, differ between two commits of the deploy repo. */
export async function changedComponent(
  github: GitHub,
  repo: string,
  policy: Policy,
  base: string,
  head: string,
): Promise<ChangedComponent | NotPure> {
  const changes = await treeChanges(github, repo, base, head)
  if (!changes)
    return notPure('The repository has more files than GitHub lists at once, so nothing can be proven.', review)
  const wrong = wrongPaths(policy, changes)
  if (wrong) return wrong

  const texts = await readTexts(github, repo, changes)
  const candidates = policy.components.filter(({ target }) => texts.has(target.file))
  const moved: ChangedComponent[] = []
  for (const component of candidates) {
    const found = compareTarget(component, texts)
    if (isNotPure(found)) return found
    if (found.before.version !== found.after.version) moved.push(found)
  }
  const [only, second] = moved
  if (!only) return notPure('It changes no component to another version.', review)
  if (second) {
    const names = moved.map(({ component }) => component.name).join(', ')
    return notPure(`It bumps several components at once: ${names}.`, 'Make a pull request for each of them.')
  }
  // Another component's file is no less foreign than any: values lie beside an image's tag.
  const own = new Set([lockFile, only.component.target.file])
  const foreign = changes.filter(({ path }) => !own.has(path)).map(({ path }) => path)
  if (foreign.length > 0) {
    return notPure(`It changes more than the version of ${only.component.name}: ${list(foreign)}.`, review)
  }
  return only
}

function wrongPaths(policy: Policy, changes: TreeChange[]): NotPure | undefined {
  if (changes.length === 0) return notPure('It changes nothing.', 'Close it, or push the change that was meant.')
  const allowed = new Set([lockFile, ...policy.components.map(({ target }) => target.file)])
  const others = changes.filter(({ path }) => !allowed.has(path)).map(({ path }) => path)
  if (others.length > 0) {
    return notPure(`It changes more than a component's version: ${list(others)}.`, review)
  }
  const odd = changes.find(({ path, base, head }) => !isEdit(path, base, head))
  if (odd) return notPure(`It adds or removes ${odd.path}, or changes what kind of file it is.`, review)
  if (changes.every(({ path }) => path === lockFile)) {
    return notPure(`It changes only ${lockFile}.`, 'The lock file changes only together with the version it is about.')
  }
  return undefined
}

function isEdit(path: string, base: TreeChange['base'], head: TreeChange['head']): boolean {
  const isNewLock = path === lockFile && base === undefined && head?.mode === '100644'
  const stays = base !== undefined && head !== undefined && base.mode === head.mode && base.mode.startsWith('100')
  return isNewLock || stays
}

interface Texts {
  base: string | undefined
  head: string
}

async function readTexts(github: GitHub, repo: string, changes: TreeChange[]): Promise<Map<string, Texts>> {
  const read = async ({ path, base, head }: TreeChange): Promise<[string, Texts]> => [
    path,
    {
      base: base && (await readBlob(github, repo, base.sha, path)),
      head: await readBlob(github, repo, head?.sha ?? '', path),
    },
  ]
  return new Map(await Promise.all(changes.map(read)))
}

function compareTarget(component: Component, texts: Map<string, Texts>): ChangedComponent | NotPure {
  const target = texts.get(component.target.file)
  const lock = texts.get(lockFile)
  const base = { target: target?.base ?? '', lock: lock?.base }
  const head = { target: target?.head ?? '', lock: lock?.head }
  const before = readTarget(component, base.target)
  try {
    return { component, before, after: readTarget(component, head.target), base, head }
  } catch (error) {
    // At base this is the repository's fault; at head the change's.
    if (error instanceof UserError) return notPure(`It takes ${component.name} away: ${error.message}`, review)
    throw error
  }
}

function list(paths: string[]): string {
  const shown = paths.slice(0, 10).join(', ')
  return paths.length > 10 ? `${shown} and ${paths.length - 10} more` : shown
}
