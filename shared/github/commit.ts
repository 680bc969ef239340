import type { Branch } from './branches.js'
import { type GitHub, repoRef } from './client.js'
import type { CommitComparison } from './compare.js'

/**
 * Makes a commit on top of a branch's tip with these files' texts changed, and moves no ref: nobody sees it yet.
 *
 * Without author and committer GitHub signs it for the App whose token it is. The message's last line names the tree,
 * so that `isUntouched` can tell it from anybody's later work.
 */
export async function createCommit(
  github: GitHub,
  repo: string,
  on: Branch,
  files: ReadonlyMap<string, string>,
  message: string,
): Promise<string> {
  const tree = await github.rest.git.createTree({
    ...repoRef(repo),
    base_tree: on.tree,
    tree: [...files].map(([path, content]) => ({ path, mode: '100644', type: 'blob', content })),
  })
  return commitTreeByApi(github, repo, on, tree.data.sha, message)
}

/** The same for a tree that is there already. */
export async function commitTreeByApi(
  github: GitHub,
  repo: string,
  on: Branch,
  tree: string,
  message: string,
): Promise<string> {
  const { data } = await github.rest.git.createCommit({
    ...repoRef(repo),
    message: `${message}\n\n${trailer(tree)}`,
    tree,
    parents: [on.tip],
  })
  return data.sha
}

const trailer = (tree: string): string => `Lockstep-Tree: ${tree}`

/**
 * Whether what a branch has and the default branch has not is one commit of `createCommit`, as it was made. GitHub's own
 * "Update branch" may have merged the default branch in since.
 *
 * By content and not by author: names and addresses of a commit are free text.
 */
export function isUntouched({ commits }: CommitComparison): boolean {
  const [only, second] = commits.filter(
    ({ parents, committer, message }) =>
      !(parents.length === 2 && committer === 'web-flow' && message.startsWith('Merge branch')),
  )
  // Merged by a merge commit, or never worked on: there is nothing on it that could get lost.
  if (commits.length === 0) return true
  return only !== undefined && second === undefined && only.message.trimEnd().endsWith(trailer(only.tree))
}
