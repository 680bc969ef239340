import { computeEdit } from '../../../shared/bump/edit.js'
import { bumpPaths, readBumpFiles } from '../../../shared/bump/files.js'
import { readLock } from '../../../shared/bump/lock.js'
import { versionOf } from '../../../shared/bump/targets.js'
import { UserError } from '../../../shared/foundation/errors.js'
import { lockFile, type Policy } from '../../../shared/policy/policy.js'

/** Texts of files at one commit, in their order. */
type Read = (paths: string[]) => Promise<(string | undefined)[]>

/** Whether setting the versions of all components in a file back, from what main has, makes it the verified one. */
export async function onlyVersions(policy: Policy, path: string, verified: Read, main: Read): Promise<boolean> {
  // Nothing but bumps writes it, and every entry is reverted.
  if (path === lockFile) return true
  const [wanted] = await verified([path])
  const components = policy.components.filter((component) => bumpPaths(component).includes(path))
  // Components that share a file are set back one after the other.
  const now = new Map<string, string>()
  try {
    for (const component of components) {
      const [before, present] = [await readBumpFiles(component, verified), await readBumpFiles(component, main)]
      const version = versionOf(component.targets[0], component, before)
      const sha256 = readLock(before.get(lockFile)).get(component.name)?.sha256 ?? ''
      const edit = computeEdit(component, new Map([...present, ...now]), { version, sha256 })
      for (const [file, text] of edit) now.set(file, text)
    }
  } catch (error) {
    // A file or a target is not there any more: then something else changed as well.
    if (error instanceof UserError) return false
    throw error
  }
  return wanted !== undefined && now.get(path) === wanted
}
