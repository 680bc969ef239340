import { type Component, lockFile } from '../policy/policy.js'
import { chartLockOf, refreshChartLock } from './chart-lock.js'
import { type BumpFiles, requireText } from './files.js'
import { lockWith } from './lock.js'
import { editTarget } from './targets.js'

/** New texts by path, of the files that change. */
export type BumpEdit = ReadonlyMap<string, string>

/**
 * A bump of all of a component's targets: the whole of what may differ between base and head. Publishing and proving both
 * compute it with this.
 *
 * @param base the files of `bumpPaths`.
 * @throws UserError `target-missing` where a target cannot be edited, or a chart's lock file is out of sync at base.
 */
export function computeEdit(component: Component, base: BumpFiles, to: { version: string; sha256: string }): BumpEdit {
  const texts = new Map<string, string>()
  for (const target of component.targets) {
    const text = texts.get(target.file) ?? requireText(component, base, target.file)
    texts.set(target.file, editTarget(target, text, to))
  }
  for (const [file, after] of [...texts]) {
    const lock = chartLockOf(file)
    const locked = lock === undefined ? undefined : base.get(lock)
    if (lock === undefined || locked === undefined) continue
    texts.set(lock, refreshChartLock({ file, before: base.get(file) ?? '', after }, locked))
  }
  texts.set(lockFile, lockWith(base.get(lockFile), { component: component.name, ...to }))
  return new Map([...texts].filter(([path, text]) => text !== base.get(path)))
}
