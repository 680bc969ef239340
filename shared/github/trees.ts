import { type GitHub, repoRef } from './client.js'

/** One file as git keeps it; a submodule is an entry, too. */
export interface TreeEntry {
  mode: string
  sha: string
  /** Bytes of a file; undefined where GitHub does not say. */
  size?: number | undefined
}

/** Files by path. */
export type Tree = ReadonlyMap<string, TreeEntry>

/** A path that differs between two commits; a side is undefined where the path is not there. */
export interface TreeChange {
  path: string
  base: TreeEntry | undefined
  head: TreeEntry | undefined
}

/**
 * Every path whose content, mode or existence differs between two commits, from their whole trees: unlike a list of
 * changed files, a tree says when it is cut off. Undefined where GitHub cut one off.
 */
export async function treeChanges(
  github: GitHub,
  repo: string,
  base: string,
  head: string,
): Promise<TreeChange[] | undefined> {
  const [before, after] = await Promise.all([readTree(github, repo, base), readTree(github, repo, head)])
  return before && after && diffTrees(before, after)
}

export function diffTrees(before: Tree, after: Tree): TreeChange[] {
  const paths = new Set([...before.keys(), ...after.keys()])
  return differingEntries(paths, (path) => ({ path, base: before.get(path), head: after.get(path) }))
}

/** Those of the paths whose sides differ, sorted. Few of many do, and sorting takes longest. */
export function differingEntries(paths: Iterable<string>, sidesOf: (path: string) => TreeChange): TreeChange[] {
  const found: TreeChange[] = []
  for (const path of paths) {
    const change = sidesOf(path)
    if (change.base?.sha !== change.head?.sha || change.base?.mode !== change.head?.mode) found.push(change)
  }
  return found.sort((one, other) => (one.path < other.path ? -1 : 1))
}

/** Every file of a commit; undefined where GitHub cuts the tree off. */
export async function readTree(github: GitHub, repo: string, commit: string): Promise<Tree | undefined> {
  const { data } = await github.rest.git.getTree({ ...repoRef(repo), tree_sha: commit, recursive: 'true' })
  if (data.truncated) return undefined
  const entries = data.tree.flatMap(({ path, mode, type, sha, size }) =>
    type === 'tree' || path === undefined ? [] : [[path, { mode: mode ?? '', sha: sha ?? '', size }] as const],
  )
  return new Map(entries)
}
