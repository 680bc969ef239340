import type { Branch } from '../../shared/github/branches.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { compareCommits } from '../../shared/github/compare.js'
import { queueContext, readHead, readStatus, type UpstreamHead } from './candidates.js'

/** What a merge queue has built for one pull request: that, on top of all that comes before it. */
export interface MergeGroup {
  pull: number
  /** The branch that the queue merges into. */
  base: string
  /** 40 hex digits */
  sha: string
}

/**
 * What the repository's merge queues have built: branches that GitHub names after the pull request. To be read before main is:
 * what is merged in between is then either still in the queue, or in main already.
 */
export async function readMergeGroup(github: GitHub, repo: string): Promise<MergeGroup[]> {
  const { data } = await github.rest.git.listMatchingRefs({ ...repoRef(repo), ref: 'heads/gh-readonly-queue/' })
  return data.flatMap(({ ref, object }): MergeGroup[] => {
    const [, base = '', pull] = /^refs\/heads\/gh-readonly-queue\/(.+)\/pr-(\d+)-[0-9a-f]{40}$/.exec(ref) ?? []
    return pull === undefined ? [] : [{ pull: Number(pull), base, sha: object.sha }]
  })
}

/** The queue of main as candidates. Those before one are counted by what was built for them: a rebase brings many commits. */
export async function readMergeQueue(
  github: GitHub,
  repo: string,
  { name, tip }: Branch,
  built: MergeGroup[],
): Promise<UpstreamHead[]> {
  const queue = built.filter(({ base }) => base === name)
  const heads = queue.map(async ({ pull, sha }): Promise<UpstreamHead[]> => {
    const own = await readHead(github, repo, pull, name)
    if (!own) return []
    const within = new Set((await compareCommits(github, repo, tip, sha)).commits.map((commit) => commit.sha))
    const ahead = queue.filter((other) => other.sha !== sha && within.has(other.sha)).length
    const present = await readStatus(github, repo, sha, queueContext)
    return [{ ...own, sha, ready: true, queued: { ahead }, present }]
  })
  return (await Promise.all(heads)).flat()
}
