import type { Label } from '../../shared/github/labels.js'
import type { UndeployedChange } from './types.js'

/** What a pull request says of itself. All of it is strangers' text. */
export interface PullRequestText {
  title: string
  body: string
  labels: string[]
}

/** By this label somebody with triage rights says that a pull request mends what is not deployed. */
export const fixLabel: Label = 'deploy-queue-fix'

/**
 * Which of the undeployed changes a pull request says to repair: those that it reverts, in the words of the Revert button or
 * of `git revert`, or fixes (`Fixes #12`); with the label, all of them. That is only the author's word, and enough: whoever
 * merges it reads it too, and the deploy proves it.
 *
 * @param upstream `owner/name` of the pull request's repository.
 */
export function fixedCommits(
  { title, body, labels }: PullRequestText,
  undeployed: UndeployedChange[],
  upstream: string,
): string[] {
  if (labels.includes(fixLabel)) return undeployed.map(({ commit }) => commit)
  const text = `${title}\n${body}`
  const named = [...text.matchAll(/\b(?:reverts?|fix(?:es|ed)?)\s+(?:([\w.-]+\/[\w.-]+))?#(\d{1,9})\b/gi)]
    .filter(([, repo]) => repo === undefined || repo.toLowerCase() === upstream.toLowerCase())
    .map(([, , number]) => Number(number))
  const reverted = [...text.matchAll(/\bthis reverts commit ([0-9a-f]{7,40})\b/gi)].map(([, sha = '']) =>
    sha.toLowerCase(),
  )
  return undeployed
    .filter(
      ({ pull, commit }) =>
        (pull !== undefined && named.includes(pull)) || reverted.some((sha) => commit.startsWith(sha)),
    )
    .map(({ commit }) => commit)
}
