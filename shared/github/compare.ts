import { type GitHub, repoRef } from './client.js'

export interface ComparedCommit {
  sha: string
  parents: string[]
  message: string
  tree: string
  /** Login of the author, where GitHub knows one. */
  author: string | undefined
  /** What git says who wrote it: anybody can write anything there. */
  authorName: string
  /** Login of the committer; `web-flow` where GitHub itself made the commit. */
  committer: string | undefined
}

export interface ChangedFile {
  path: string
  /** The path before, where it was renamed. */
  previous: string | undefined
  status: string
  /** Git's name of the content at head; of a removed file at base. */
  blob: string
}

/** How `head` relates to `base`: `ahead` means that base is an ancestor of head. */
export interface CommitComparison {
  status: 'identical' | 'ahead' | 'behind' | 'diverged'
  /** The base as a full commit, also where it was asked for by its first digits. */
  base: string
  mergeBase: string
  /** What head has and base has not, oldest first; at most 2,000. */
  commits: ComparedCommit[]
  /** How many there are. */
  total: number
  /** What changed between the merge base and head; at most 300, see `filesComplete`. */
  files: ChangedFile[]
  filesComplete: boolean
}

/** GitHub lists no more files of a comparison, and does not say that there are more. */
const maxFiles = 300
const perPage = 100
const maxPages = 20

/**
 * Compares two commits, named in full or by their first digits.
 *
 * @throws GitHub's 404 where one is unknown or ambiguous.
 */
export async function compareCommits(
  github: GitHub,
  repo: string,
  base: string,
  head: string,
): Promise<CommitComparison> {
  const get = async (page: number) => {
    const basehead = `${base}...${head}`
    const { data } = await github.rest.repos.compareCommitsWithBasehead({
      ...repoRef(repo),
      basehead,
      per_page: perPage,
      page,
    })
    return data
  }
  const first = await get(1)
  const commits = first.commits.map(commitOf)
  for (let page = 2; commits.length < first.total_commits && page <= maxPages; page++) {
    commits.push(...(await get(page)).commits.map(commitOf))
  }
  return {
    status: first.status,
    base: first.base_commit.sha,
    mergeBase: first.merge_base_commit.sha,
    commits,
    total: first.total_commits,
    ...changesOf(first),
  }
}

/** What GitHub lists as changed, by a comparison or by a commit. */
export function changesOf({
  files: listed = [],
}: Pick<ApiCommit, 'files'>): Pick<CommitComparison, 'files' | 'filesComplete'> {
  const files = listed.map(({ filename, previous_filename, status, sha }) => ({
    path: filename,
    previous: previous_filename,
    status,
    blob: sha ?? '',
  }))
  return { files, filesComplete: files.length < maxFiles }
}

type ApiCommit = Awaited<ReturnType<GitHub['rest']['repos']['getCommit']>>['data']

const commitOf = (commit: ApiCommit): ComparedCommit => ({
  sha: commit.sha,
  parents: commit.parents.map(({ sha }) => sha),
  message: commit.commit.message,
  tree: commit.commit.tree.sha,
  author: loginOf(commit.author),
  authorName: commit.commit.author?.name ?? 'unknown',
  committer: loginOf(commit.committer),
})

const loginOf = (user: unknown): string | undefined =>
  typeof user === 'object' && user !== null && 'login' in user && typeof user.login === 'string'
    ? user.login
    : undefined

/** From head down by first parents, as far as the comparison has them; newest first. */
export function firstParentLine(commits: ComparedCommit[], head: string): ComparedCommit[] {
  const bySha = new Map(commits.map((commit) => [commit.sha, commit]))
  const line: ComparedCommit[] = []
  for (let at = bySha.get(head); at !== undefined; at = bySha.get(at.parents[0] ?? '')) line.push(at)
  return line
}

/**
 * The commits of a comparison that the branch itself went through, newest first: of a merge only the first parent. Merges of
 * what the base has already are left out: a version can be named after a pull request's own commit, which its merge follows.
 */
export function firstParents(commits: ComparedCommit[], head: string): ComparedCommit[] {
  const bySha = new Set(commits.map(({ sha }) => sha))
  return firstParentLine(commits, head).filter(
    ({ parents: [, ...merged] }) => merged.length === 0 || merged.some((sha) => bySha.has(sha)),
  )
}

/** Whether one commit is an ancestor of another, or the same. */
export async function containsCommit(github: GitHub, repo: string, newer: string, older: string): Promise<boolean> {
  const { status } = await compareCommits(github, repo, older, newer)
  return status === 'ahead' || status === 'identical'
}
