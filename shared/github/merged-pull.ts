import { type GitHub, repoRef } from './client.js'
import { hasStatus } from './errors.js'
import type { MergedInto } from './listed-merges.js'
import { listedMerges } from './listed-merges.js'
import { firstInPages } from './pages.js'
import { type ApiPull, pullsWithCommit } from './pulls-with-commit.js'

export interface MergedPull {
  number: number
  url: string
  title: string
  /** The head's commit when it was merged. */
  head: string
  /** When it was merged. ISO 8601. */
  at: string
}

export interface AssignedPull extends MergedPull {
  /** Logins. */
  assignees: string[]
}

/** So often a pull request that GitHub does not know yet is asked for again, and in between it is waited, in milliseconds. */
const patience = 5
const pause = 3_000

/**
 * Reads the pull requests that brought commits to a branch. GitHub may know none yet right after the merge (C15): a commit counts as
 * pushed only once the branch's activity says so, or after some seconds, which all commits of one reader share.
 *
 * @param isOne which of the pull requests that GitHub associates with the commit is meant
 */
export function associatedPulls(
  { github, clock, repo, branch }: MergedInto,
  isOne: (pull: ApiPull, sha: string) => boolean,
): (sha: string) => Promise<ApiPull[]> {
  let left = patience
  let waiting: Promise<void> | undefined
  const wait = async (): Promise<void> => {
    await clock.sleep(pause)
    left -= 1
    waiting = undefined
  }
  const wasPushed = pushReader(github, repo, branch)
  return async (sha) => {
    for (;;) {
      const all = await firstInPages(pullsWithCommit(github, repo, sha))
      const found = all.filter((pull) => isOne(pull, sha))
      if (found.length > 0 || left <= 0 || (await wasPushed(sha))) return found
      // Those that are asked for at the same time wait together.
      waiting ??= wait()
      await waiting
    }
  }
}

/**
 * The reader of the pull request into the branch whose merge a commit is; undefined for a commit that came in another way.
 *
 * @param all the commits that will be asked for, where there are many: most are found in a list then.
 */
export function mergedPulls(
  into: MergedInto,
  all: readonly string[] = [],
): (sha: string) => Promise<AssignedPull | undefined> {
  let listed: Promise<Map<string, ApiPull>> | undefined
  const isOne = (pull: ApiPull, sha: string): boolean => isMergedInto(pull, into) && pull.merge_commit_sha === sha // C16
  const read = associatedPulls(into, isOne)
  return async (sha) => {
    listed ??= listedMerges(into, all, isOne)
    const pull = (await listed).get(sha) ?? (await read(sha))[0]
    if (!pull?.merged_at) return undefined
    return {
      ...{ number: pull.number, url: pull.html_url, title: pull.title, head: pull.head.sha, at: pull.merged_at },
      assignees: (pull.assignees ?? []).map(({ login }) => login),
    }
  }
}

export const isMergedInto = (pull: ApiPull, { repo, branch }: Pick<MergedInto, 'repo' | 'branch'>): boolean =>
  pull.merged_at != null && pull.base.ref === branch && pull.base.repo.full_name.toLowerCase() === repo.toLowerCase()

/** Moves of a branch that no pull request made. C33: a merge is never shown as one of them; how soon it is shown at all is open. */
const pushes: readonly string[] = ['push', 'force_push', 'branch_creation']

/**
 * Tells whether the branch's activity, of which the newest 100 moves are looked at, has a commit as one that somebody pushed. What it
 * had once it has for ever; what it does not have yet is asked for again.
 */
function pushReader(github: GitHub, repo: string, branch: string): (sha: string) => Promise<boolean> {
  const pushed = new Set<string>()
  let asking: Promise<void> | undefined
  const ask = async (): Promise<void> => {
    try {
      for (const sha of await pushesOf(github, repo, branch)) pushed.add(sha)
    } finally {
      asking = undefined
    }
  }
  return async (sha) => {
    // What others are asking for just now may have it as well.
    if (asking) await asking
    if (pushed.has(sha)) return true
    asking = ask()
    await asking
    return pushed.has(sha)
  }
}

async function pushesOf(github: GitHub, repo: string, branch: string): Promise<string[]> {
  try {
    const query = { ...repoRef(repo), ref: `refs/heads/${branch}`, per_page: 100 }
    const { data } = await github.rest.repos.listActivities(query)
    return data.filter(({ activity_type: type }) => pushes.includes(type)).map(({ after }) => after)
  } catch (error) {
    // Who may not see that waits.
    if (hasStatus(error, 403, 404)) return []
    throw error
  }
}
