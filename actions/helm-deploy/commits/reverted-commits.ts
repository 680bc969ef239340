import type { TreeChange, TreeEntry } from '../../../shared/github/trees.js'

/** One commit of the default branch's first parents. */
export interface RangeStep {
  sha: string
  /** Whether it passed the gate. */
  gated: boolean
  /** Against the step before; of the first one against its parent. */
  changes: TreeChange[]
}

interface Change {
  /** The path as it was before, in one text. */
  original: string
  /** The commit that changed it first without the gate. */
  by: string
}

/**
 * Which of the commits that did not pass the gate are fully reverted: every path that they changed was, at head or at some
 * commit before, again what it was before the first of them. Later changes to a path that is not restored do not restore it.
 *
 * @param steps oldest first
 */
export function revertedIn(steps: RangeStep[]): string[] {
  const standing = new Map<string, Change>()
  for (const { sha, gated, changes } of steps) {
    for (const { path, base, head } of changes) {
      const change = standing.get(path)
      if (change && change.original === textOf(head)) standing.delete(path)
      else if (!change && !gated) standing.set(path, { original: textOf(base), by: sha })
    }
  }
  const left = new Set([...standing.values()].map(({ by }) => by))
  return steps.flatMap(({ sha, gated }) => (gated || left.has(sha) ? [] : [sha]))
}

const textOf = (entry: TreeEntry | undefined): string => (entry ? `${entry.mode} ${entry.sha}` : '')
