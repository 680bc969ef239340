import type { Reason } from '../../../shared/foundation/result.js'
import type { Pusher } from '../../../shared/github/pushes.js'

/** A commit that somebody wants to approve. */
export interface CommitToApprove {
  sha: string
  /** Whether it is on the default branch's first-parent history. */
  onBranch: boolean
  /** Number of the pull request whose merge it is. */
  pull: number | undefined
  /** Logins of author and committer, as far as GitHub knows them: both are free text in git. */
  writers: string[]
  /** Undefined if GitHub does not say who pushed it. */
  pushers: Pusher[] | undefined
  /** The operator who approved it before. */
  accepted: string | undefined
}

export interface ApproveCommitFacts {
  /** Who wrote the command. */
  login: string
  standing: 'operator' | 'other'
  edited: boolean
  /** The commit's first digits in the command; undefined if it has none. */
  named: string | undefined
  /** Undefined if there is no such commit, or several. */
  commit: CommitToApprove | undefined
}

export type ApproveCommitDecision =
  | { kind: 'accept'; sha: string }
  | { kind: 'already'; sha: string; by: string }
  | { kind: 'refuse'; reason: Reason; message: string; fix: string }

/** May this operator approve a commit that did not pass the gate? Only if somebody else wrote and pushed it. */
export function decideApproveCommit({
  login,
  standing,
  edited,
  named,
  commit,
}: ApproveCommitFacts): ApproveCommitDecision {
  const refuse = (message: string, fix: string, reason: Reason = 'unreviewed-commit'): ApproveCommitDecision => ({
    ...{ kind: 'refuse', reason, message, fix },
  })
  if (standing !== 'operator') {
    return refuse(
      `${JSON.stringify(login)} is not an operator.`,
      'An operator that the policy names has to write this comment.',
      'not-operator',
    )
  }
  if (named === undefined) {
    return refuse(
      'The command names no commit.',
      'Write "/approve" and 7 to 40 digits of the commit in the first line of a new comment.',
      'input-invalid',
    )
  }
  if (edited) return refuse('The comment was edited.', `Write "/approve ${named}" in a new comment.`)
  if (!commit?.onBranch) {
    return refuse(
      `Commit ${named} is not on the default branch's own history.`,
      'Name a commit that this issue lists, with more digits.',
      'input-invalid',
    )
  }
  const { sha, pull, writers, pushers, accepted } = commit
  const short = sha.slice(0, 7)
  const restore = `Revert it with a pull request (git revert ${short}): deploys continue once its changes are gone.`
  if (pull !== undefined) {
    return refuse(
      `${short} is the merge of #${pull}. For pull requests, the gate's check decides.`,
      `Revert it with a pull request (git revert -m 1 ${short}).`,
    )
  }
  if (accepted !== undefined) return { kind: 'already', sha, by: accepted }
  if (pushers === undefined) {
    return refuse(`GitHub does not say who pushed ${short}. It may have been you.`, restore)
  }
  if (pushers.some(({ bot }) => bot)) {
    return refuse(`A bot pushed ${short}, and it is unknown for whom. It may have been for you.`, restore)
  }
  if (includes([...writers, ...pushers.map((pusher) => pusher.login)], login)) {
    return refuse(`You wrote or pushed ${short} yourself.`, `Another operator has to approve it. Or: ${restore}`)
  }
  return { kind: 'accept', sha }
}

const includes = (logins: string[], login: string): boolean =>
  logins.some((one) => one.toLowerCase() === login.toLowerCase())
