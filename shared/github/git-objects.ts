import { readBlobs } from './blobs.js'
import type { GitHub } from './client.js'
import { blobText, readBlobBytes } from './files.js'
import { orHidden } from './graphql.js'
import { differingEntries, diffTrees, readTree, type Tree, type TreeChange, type TreeEntry } from './trees.js'

/** Trees and files of one repository, by names that stand for their content. Each is asked for once, failures again. */
export interface GitObjects {
  /** What differs between two commits, see `treeChanges`; undefined where GitHub cuts a tree off. */
  changes(base: string, head: string): Promise<TreeChange[] | undefined>
  /** Files of a commit, in the order of `paths`; undefined where GitHub cuts its tree off. */
  entries(commit: string, paths: readonly string[]): Promise<(TreeEntry | undefined)[] | undefined>
  /**
   * A file's text, see `readBlob`. `path` is only for messages.
   *
   * @throws UserError `target-missing` where it is not UTF-8 text.
   */
  text(blob: Pick<TreeEntry, 'sha'>, path: string): Promise<string>
  /** Reads many files that will be asked for, in few requests. What it does not get, `text` asks for. */
  foresee(entries: readonly TreeEntry[]): Promise<void>
}

/** What a commit has otherwise than the first one that was read: of trees of 100,000 files not every one has a place. */
type Difference = ReadonlyMap<string, TreeEntry | undefined>

/** The reader of a repository's git objects; all of its answers stay in memory with it. */
export function gitObjects(github: GitHub, repo: string): GitObjects {
  let first: Tree | undefined
  const trees = new Map<string, Promise<Difference | undefined>>()
  const texts = new Map<string, Promise<string>>()
  const bytes = new Map<string, Buffer>()

  const tree = (commit: string) =>
    once(trees, commit, async (): Promise<Difference | undefined> => {
      const whole = await readTree(github, repo, commit)
      if (!whole) return undefined
      first ??= whole
      return new Map(diffTrees(first, whole).map(({ path, head }) => [path, head]))
    })
  const entryIn = (difference: Difference, path: string): TreeEntry | undefined =>
    difference.has(path) ? difference.get(path) : first?.get(path)

  return {
    async changes(base, head) {
      const [before, after] = await Promise.all([tree(base), tree(head)])
      if (!before || !after) return undefined
      const paths = new Set([...before.keys(), ...after.keys()])
      return differingEntries(paths, (path) => ({ path, base: entryIn(before, path), head: entryIn(after, path) }))
    },
    async entries(commit, paths) {
      const difference = await tree(commit)
      return difference && paths.map((path) => entryIn(difference, path))
    },
    text: ({ sha }, path) =>
      once(texts, sha, async () => {
        const known = bytes.get(sha)
        return known ? blobText(known, path) : readBlobBytes(github, repo, sha, path)
      }),
    async foresee(entries) {
      const missing = entries.filter(({ sha }) => !bytes.has(sha))
      if (missing.length === 0) return
      // P8: who may see nothing by GraphQL reads them one by one.
      const found = await readBlobs(github, repo, missing).catch(orHidden)
      for (const [sha, content] of found ?? []) bytes.set(sha, content)
    },
  }
}

/** Only what is named by its content can be remembered: a branch's name stands for something else tomorrow. */
function once<T>(known: Map<string, Promise<T>>, sha: string, ask: () => Promise<T>): Promise<T> {
  const found = known.get(sha)
  if (found) return found
  const asked = ask()
  if (!/^[0-9a-f]{40}$/.test(sha)) return asked
  known.set(sha, asked)
  asked.catch(() => known.delete(sha))
  return asked
}
