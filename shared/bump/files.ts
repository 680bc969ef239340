import { UserError } from '../foundation/errors.js'
import { policyFile } from '../foundation/workspace.js'
import { type Component, lockFile } from '../policy/policy.js'
import { chartLockOf } from './chart-lock.js'

/** Texts of the deploy repo's files by path, byte for byte; undefined where there is no such file. */
export type BumpFiles = ReadonlyMap<string, string | undefined>

/** Every file that a bump of the component may touch. */
export function bumpPaths({ targets }: Component): string[] {
  const locks = targets.flatMap(({ kind, file }) => (kind === 'chart' ? (chartLockOf(file) ?? []) : []))
  return [...new Set([...targets.map(({ file }) => file), ...locks, lockFile])]
}

/**
 * The files of a component's targets, and the lock files that go with them.
 *
 * @param read texts of several files at one commit, in the order of `paths`.
 * @throws UserError `target-missing` where a target's file does not exist.
 */
export async function readBumpFiles(
  component: Component,
  read: (paths: string[]) => Promise<(string | undefined)[]>,
): Promise<BumpFiles> {
  const paths = bumpPaths(component)
  const texts = await read(paths)
  const files = new Map(paths.map((path, index) => [path, texts[index]]))
  for (const { file } of component.targets) requireText(component, files, file)
  return files
}

/** @throws UserError `target-missing` where the file of a target does not exist. */
export function requireText({ name }: Pick<Component, 'name'>, files: BumpFiles, file: string): string {
  const text = files.get(file)
  if (text !== undefined) return text
  throw new UserError('target-missing', `The component "${name}" is in ${file}, which does not exist.`, {
    fix: `Correct "components.${name}" in ${policyFile}, or add ${file}.`,
    at: { file: policyFile },
  })
}
