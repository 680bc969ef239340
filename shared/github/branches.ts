import { type GitHub, repoRef } from './client.js'
import { hasStatus } from './errors.js'

export interface Branch {
  name: string
  /** The commit it points to, 40 hex digits. */
  tip: string
  /** That commit's tree. */
  tree: string
}

/** @throws GitHub's 404 where there is no such repository, or the token may not see it. */
export async function defaultBranchName(github: GitHub, repo: string): Promise<string> {
  const { data } = await github.rest.repos.get({ ...repoRef(repo) })
  return data.default_branch
}

/** @throws GitHub's 404 where the repository is empty. */
export async function defaultBranch(github: GitHub, repo: string): Promise<Branch> {
  const name = await defaultBranchName(github, repo)
  const { data } = await github.rest.repos.getBranch({ ...repoRef(repo), branch: name })
  return { name, tip: data.commit.sha, tree: data.commit.commit.tree.sha }
}

/** The commit that a branch points to; undefined where there is no such branch. */
export async function branchTip(github: GitHub, repo: string, name: string): Promise<string | undefined> {
  try {
    const { data } = await github.rest.git.getRef({ ...repoRef(repo), ref: `heads/${name}` })
    return data.object.sha
  } catch (error) {
    if (hasStatus(error, 404)) return undefined
    throw error
  }
}
