import type { Clock } from '../foundation/clock.js'
import type { GitHub } from './client.js'

import { repoRef } from './client.js'

import type { ApiPull } from './pulls-with-commit.js'

/** For fewer commits it is no request less. */
const few = 2
const perPage = 100

/**
 * The pull requests whose merges these commits are, a hundred in one request: among those into the branch that were closed, the
 * latest changed first. Says nothing of what it does not find: there may be more of them than are read, and GitHub may not know one yet.
 *
 * @param shas 40 hex digits each
 * @param isOne whether a pull request's merge is that commit
 */
export async function listedMerges(
  { github, repo, branch }: Omit<MergedInto, 'clock'>,
  shas: readonly string[],
  isOne: (pull: ApiPull, sha: string) => boolean,
): Promise<Map<string, ApiPull>> {
  const found = new Map<string, ApiPull>()
  if (shas.length < few) return found
  const wanted = new Set(shas)
  const several = new Set<string>()
  let left = Math.ceil((2 * shas.length) / perPage)
  const closed = { state: 'closed', base: branch, sort: 'updated', direction: 'desc', per_page: perPage } as const
  for await (const { data } of github.paginate.iterator(github.rest.pulls.list, { ...repoRef(repo), ...closed })) {
    for (const pull of data) {
      const sha = pull.merge_commit_sha // C16
      if (sha === null || !wanted.has(sha) || !isOne(pull, sha)) continue
      if (found.has(sha) && found.get(sha)?.number !== pull.number) several.add(sha)
      found.set(sha, pull)
    }
    left -= 1
    if (left === 0 || found.size === wanted.size) break
  }
  // Which of them is meant, only the commit's own list says.
  for (const sha of several) found.delete(sha)
  return found
}

/** A branch whose commits came in by pull requests, or by pushes. */
export interface MergedInto {
  github: GitHub
  clock: Pick<Clock, 'sleep'>
  /** `owner/name` */
  repo: string
  branch: string
}
