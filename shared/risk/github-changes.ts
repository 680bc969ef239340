import { readBlobs } from '../github/blobs.js'
import type { GitHub } from '../github/client.js'
import { compareCommits } from '../github/compare.js'
import { diffTrees, readTree, type Tree, type TreeChange, type TreeEntry } from '../github/trees.js'
import type { Policy } from '../policy/policy.js'
import type { Changes } from './classify.js'
import { contentOf, isOdd } from './content.js'
import { changeDigest } from './digest.js'
import { isChartPath, needsContent } from './file-findings.js'
import { policyFiles } from './release-files.js'
import type { Content } from './types.js'

export interface GitHubChanges extends Changes {
  digest: string
}

/** More files than that nobody reviews, either. */
const maxFiles = 3_000

/**
 * What differs between two commits of the deploy repo, from their whole trees: lists of changed files are cut off without a
 * word. Only files are read whose content plays a part. A change that is too large is not complete.
 */
export async function githubChanges(
  github: GitHub,
  repo: string,
  policy: Policy,
  base: string,
  head: string,
): Promise<GitHubChanges> {
  const [before, after] = await Promise.all([readTree(github, repo, base), readTree(github, repo, head)])
  const all = before && after ? diffTrees(before, after) : await listed(github, repo, base, head)
  const known = policyFiles(policy)
  const shown = all.slice(0, maxFiles)
  const read = shown.filter(({ path }) => needsContent(path, known))
  const charts = before ? chartsBeside(before, policy, new Set(all.map(({ path }) => path))) : []
  const wanted = [...read.flatMap((change) => [change.base, change.head]), ...charts].filter(isFile)
  const bytes = await readBlobs(github, repo, wanted)
  const contentful = new Set(read)
  const side = (change: TreeChange, entry: TreeEntry | undefined): Content => {
    if (!entry) return { state: 'none' }
    if (isOdd(entry.mode)) return { state: 'odd' }
    const found = contentful.has(change) ? bytes.get(entry.sha) : undefined
    return found ? contentOf(found) : { state: 'unread' }
  }
  return {
    files: shown.map((change) => ({
      path: change.path,
      before: side(change, change.base),
      after: side(change, change.head),
    })),
    complete: before !== undefined && after !== undefined && all.length <= maxFiles,
    charts: charts.flatMap(({ sha }) => bytes.get(sha)?.toString('utf8') ?? []),
    // What is not seen whole is this commit's and no other's: nothing that was said about another counts for it.
    digest: changeDigest(before && after ? all : [...all, { path: head, base: undefined, head: undefined }]),
  }
}

const isFile = (entry: TreeEntry | undefined): entry is TreeEntry => entry !== undefined && !isOdd(entry.mode)

/** Where GitHub cuts a tree off, what it lists of the comparison: never complete, but better than nothing to look at. */
async function listed(github: GitHub, repo: string, base: string, head: string): Promise<TreeChange[]> {
  const { files } = await compareCommits(github, repo, base, head)
  return files.flatMap(({ path, previous, status, blob }): TreeChange[] => {
    const entry = { mode: '100644', sha: blob }
    const gone = { path: previous ?? path, base: entry, head: undefined }
    if (status === 'removed') return [gone]
    return [...(previous === undefined ? [] : [gone]), { path, base: undefined, head: entry }]
  })
}

/** The releases' own Chart.yaml files that stay as they are: they give values their owners. */
function chartsBeside(tree: Tree, { releases }: Policy, changed: ReadonlySet<string>): TreeEntry[] {
  const folders = new Set(releases.map(({ chart }) => chart))
  return [...tree].flatMap(([path, entry]) => {
    const [, folder = ''] = /^(.*)\/[^/]+$/.exec(path) ?? []
    return isChartPath(path) && folders.has(folder) && !changed.has(path) && !isOdd(entry.mode) ? [entry] : []
  })
}
