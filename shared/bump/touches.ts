import picomatch from 'picomatch'
import type { CommitComparison } from '../github/compare.js'
import type { Component } from '../policy/policy.js'

/** Whether every upstream change makes a new version of the component. */
export const takesEverything = ({ paths }: Component): boolean => paths.includes('**')

/** Whether one of the changed files belongs to the component. A list that is cut off counts as "yes". */
export function touchesComponent(
  component: Component,
  { files, filesComplete }: Pick<CommitComparison, 'files' | 'filesComplete'>,
): boolean {
  if (!filesComplete) return true
  const matches = picomatch(component.paths, { dot: true })
  return files.some(({ path, previous }) => matches(path) || (previous !== undefined && matches(previous)))
}
