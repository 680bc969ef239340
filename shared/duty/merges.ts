import { takesEverything, touches } from '../bump/touches.js'
import { type GitHub, repoRef } from '../github/client.js'
import type { Commit } from '../github/compare.js'
import type { Component } from '../policy/policy.js'

/** A person or bot. */
export interface Account {
  login: string
  bot: boolean
}

/** One change that came into the upstream's default branch. Title and logins are strangers' text. */
export interface Merge {
  /** The commit on the default branch, 40 hex digits. */
  commit: string
  /** Undefined for a direct push. */
  pull: { number: number; url: string } | undefined
  title: string
  author: Account | undefined
  /** Undefined for a direct push. */
  mergedBy: Account | undefined
}

/** So many are looked up; the pull request says that there are more. */
const limit = 30

/**
 * The changes behind the default branch's own commits (`firstParents`, newest first) that belong to the component,
 * oldest first.
 */
export async function mergesOf(
  upstream: GitHub,
  component: Component,
  commits: Commit[],
): Promise<{ merges: Merge[]; more: number }> {
  const merges = new Map<string, Merge>()
  for (const commit of commits.slice(0, limit)) {
    // Of a single commit it is known already that it changes the component.
    if (commits.length > 1 && !(await belongs(upstream, component, commit.sha))) continue
    const merge = await mergeOf(upstream, component.upstream, commit)
    merges.set(merge.pull ? `#${merge.pull.number}` : commit.sha, merge)
  }
  return { merges: [...merges.values()].reverse(), more: Math.max(0, commits.length - limit) }
}

async function belongs(upstream: GitHub, component: Component, sha: string): Promise<boolean> {
  if (takesEverything(component)) return true
  const { data } = await upstream.rest.repos.getCommit({ ...repoRef(component.upstream), ref: sha })
  const files = (data.files ?? []).map((file) => ({
    path: file.filename,
    previous: file.previous_filename,
    status: file.status,
    blob: file.sha ?? '',
  }))
  return touches(component, { files, filesComplete: files.length < 300 })
}

async function mergeOf(upstream: GitHub, repo: string, commit: Commit): Promise<Merge> {
  const { data: pulls } = await upstream.rest.repos.listPullRequestsAssociatedWithCommit({
    ...repoRef(repo),
    commit_sha: commit.sha,
  })
  const merged = pulls.filter(({ merged_at }) => merged_at !== null)
  const found = merged.find(({ merge_commit_sha }) => merge_commit_sha === commit.sha) ?? merged[0]
  if (!found) {
    const author = commit.author === undefined ? undefined : { login: commit.author, bot: isBot(commit.author) }
    const [title = ''] = commit.message.split('\n')
    return { commit: commit.sha, pull: undefined, title, author, mergedBy: undefined }
  }
  // The list does not say who merged.
  const { data } = await upstream.rest.pulls.get({ ...repoRef(repo), pull_number: found.number })
  return {
    commit: commit.sha,
    pull: { number: data.number, url: data.html_url },
    title: data.title,
    author: accountOf(data.user),
    mergedBy: accountOf(data.merged_by),
  }
}

const accountOf = (user: { login: string; type?: string } | null): Account | undefined =>
  user ? { login: user.login, bot: user.type === 'Bot' || isBot(user.login) } : undefined

const isBot = (login: string): boolean => login.endsWith('[bot]') || login === 'web-flow'
