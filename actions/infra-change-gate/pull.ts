import { type GitHub, repoRef } from '../../shared/github/client.js'

export interface Pull {
  number: number
  open: boolean
  draft: boolean
  /** Who opened it; empty where that account is gone. */
  author: string
  /** The head commit, 40 hex digits. */
  head: string
  /** The branch that it goes into, and that branch's tip as the pull request knows it. */
  into: string
  base: string
  defaultBranch: string
}

export async function readPull(github: GitHub, repo: string, number: number): Promise<Pull> {
  const { data } = await github.rest.pulls.get({ ...repoRef(repo), pull_number: number })
  return {
    number,
    open: data.state === 'open',
    draft: data.draft === true,
    author: data.user?.login ?? '',
    head: data.head.sha,
    into: data.base.ref,
    base: data.base.sha,
    defaultBranch: data.base.repo.default_branch,
  }
}
