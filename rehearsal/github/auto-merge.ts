import { addAccount, findAccount } from './accounts.js'
import type { Account } from './identities.js'
import { mergePullRecord } from './pull-merge.js'
import { type PullRequest, pullRequests } from './pull-sync.js'
import { requiredCheckState } from './required-check.js'
import type { Repo, State } from './state.js'

/** Whether nothing but a check stands between a pull request and its merge: then it can wait for that. */
export const waitsForCheck = (repo: Repo, { issue, pull }: PullRequest): boolean =>
  issue.state === 'open' && pull.base === repo.defaultBranch && requiredCheckState(repo, pull.headSha) !== 'passed'

/** Merges what was told to merge by itself, now that a check of the commit `sha` has changed. */
export async function mergeWaiting(state: State, repo: Repo, sha: string): Promise<void> {
  for (const one of pullRequests(repo)) {
    const { issue, pull } = one
    if (!pull.autoMerge || issue.state === 'closed' || pull.headSha !== sha || pull.draft || !pull.mergeSha) continue
    if (waitsForCheck(repo, one)) continue
    const { by, method, title, message } = pull.autoMerge
    // Whoever asked for it is the one who merges, with what they may do.
    await mergePullRecord(state, repo, by, one, { method, sha, title, message })
    const { mergedByOfAutoMerge: shown = 'person' } = repo
    if (pull.merged && shown !== 'person') pull.merged.by = shown === 'bot' ? mergeQueue(state) : undefined
  }
}

const mergeQueue = (state: State): Account =>
  findAccount(state, 'github-merge-queue[bot]') ?? addAccount(state, 'github-merge-queue[bot]', 'Bot')
