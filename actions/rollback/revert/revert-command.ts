import type { UpstreamChange } from '../../../shared/duty/merges.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { pullsWithCommit } from '../../../shared/github/pulls-with-commit.js'

/** A rebase merge brings each commit of a pull request anew; so many of them are looked at. */
const longest = 50

/** The git command that takes one merge back, whichever way it was merged. */
export async function revertCommand(upstream: GitHub, repo: string, { commit, pull }: UpstreamChange): Promise<string> {
  const { data } = await upstream.rest.repos.getCommit({ ...repoRef(repo), ref: commit })
  if (data.parents.length > 1) return `git revert -m 1 ${commit}`
  const first = pull ? await firstOf(upstream, repo, pull.number, data) : commit
  return first === commit ? `git revert ${commit}` : `git revert --no-edit ${first}^..${commit}`
}

interface Made {
  sha: string
  parents: { sha: string }[]
}

/** The oldest commit on the branch that a pull request brought: of a squashed one, its only one. */
async function firstOf(upstream: GitHub, repo: string, number: number, last: Made): Promise<string> {
  let first = last
  for (let looked = 0; looked < longest; looked++) {
    const parent = first.parents[0]?.sha
    if (parent === undefined) break
    if (!(await isOf(upstream, repo, number, parent))) break
    first = (await upstream.rest.repos.getCommit({ ...repoRef(repo), ref: parent })).data
  }
  return first.sha
}

async function isOf(upstream: GitHub, repo: string, number: number, sha: string): Promise<boolean> {
  for await (const pull of pullsWithCommit(upstream, repo, sha)) {
    if (pull.number === number) return true
  }
  return false
}
