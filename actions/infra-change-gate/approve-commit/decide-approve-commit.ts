import type { Reason } from '../../../shared/foundation/result.js'
import type { Pusher } from '../../../shared/github/pushes.js'

/** A commit that somebody wants accepted. */
export interface CommitToApprove {
  sha: string
  /** Whether the default branch itself went through it: by first parents. */
  onBranch: boolean
  /** Number of the pull request whose merge it is. */
  pull: number | undefined
  /** Logins of author and committer, as far as GitHub knows them: both are free text in git. */
  writers: string[]
  /** Undefined where GitHub does not tell who pushed it. */
  pushers: Pusher[] | undefined
  /** The operator who accepted it before. */
  accepted: string | undefined
}

export interface ApproveCommitFacts {
  /** Who said the word. */
  login: string
  standing: 'operator' | 'other'
  edited: boolean
  /** The first digits that the word names; undefined where it names none. */
  named: string | undefined
  /** Undefined where there is no such commit, or several. */
  commit: CommitToApprove | undefined
}

export type ApproveCommitDecision =
  | { kind: 'accept'; sha: string }
  | { kind: 'already'; sha: string; by: string }
  | { kind: 'refuse'; reason: Reason; message: string; fix: string }

/** May this operator let in a commit that passed no gate? Only what two people have seen: one pushed it, another one accepts it. */
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
      'An operator of the policy has to say it.',
      'not-operator',
    )
  }
  if (named === undefined) {
    return refuse(
      'The word names no commit.',
      'Write "/approve" and 7 to 40 digits of the commit in the first line of a new comment.',
      'input-invalid',
    )
  }
  if (edited) return refuse('The comment was changed after it was written.', `Say "/approve ${named}" in a new one.`)
  if (!commit?.onBranch) {
    return refuse(
      `The default branch has no commit ${named} of its own.`,
      'Name a commit that this issue lists, with more of its digits.',
      'input-invalid',
    )
  }
  const { sha, pull, writers, pushers, accepted } = commit
  const short = sha.slice(0, 7)
  const restore = `Take it back with a pull request (git revert ${short}): once nothing of it is left, deploys go on.`
  if (pull !== undefined) {
    return refuse(
      `${short} is the merge of #${pull}, and for pull requests the gate's check decides.`,
      `Take it back with a pull request (git revert -m 1 ${short}).`,
    )
  }
  if (accepted !== undefined) return { kind: 'already', sha, by: accepted }
  if (pushers === undefined) {
    return refuse(`GitHub does not tell who pushed ${short}; you may be the one who did.`, restore)
  }
  if (pushers.some(({ bot }) => bot)) {
    return refuse(`A bot pushed ${short}, and nobody can tell for whom; you may be the one.`, restore)
  }
  if (includes([...writers, ...pushers.map((pusher) => pusher.login)], login)) {
    return refuse(`You wrote or pushed ${short} yourself.`, `Another operator has to say it. Or: ${restore}`)
  }
  return { kind: 'accept', sha }
}

const includes = (logins: string[], login: string): boolean =>
  logins.some((one) => one.toLowerCase() === login.toLowerCase())
