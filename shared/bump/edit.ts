import { type Component, lockFile } from '../policy/policy.js'
import { lockWith } from './lock.js'
import { editTarget } from './targets.js'

/** The texts of the files that a bump of one component touches; the lock file may not be there yet. */
export interface BumpFiles {
  target: string
  lock: string | undefined
}

/** New texts by path. */
export type Edit = Map<string, string>

/** A bump: the whole of what may differ between base and head. Publishing and proving both compute it with this. */
export function computeEdit(component: Component, base: BumpFiles, to: { version: string; sha256: string }): Edit {
  return new Map([
    [component.target.file, editTarget(component, base.target, to.version, to.sha256)],
    [lockFile, lockWith(base.lock, { component: component.name, version: to.version, sha256: to.sha256 })],
  ])
}
