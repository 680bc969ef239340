import { isByToken } from '../../../shared/github/bot.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { explainGitHub } from '../../../shared/github/errors.js'
import { type KeptComment, keepComment } from '../../../shared/github/sticky-comment.js'
import { planMarker } from './describe-preview.js'

/** The pull request of a run, as its event tells. */
export interface CommentedPull {
  number: number
  /** Tip of the branch that it goes into. */
  base: string
  /** Its own newest commit when the run was started. */
  head: string
  /** Its branch is in another repository, so that strangers wrote it. */
  fromFork: boolean
}

export type PostedComment = { kind: 'kept'; message: string } | { kind: 'not-allowed'; why: string }

/**
 * Keeps the plan's one comment on a pull request, by the token's own user. A plan for an older commit is not posted: a re-run
 * of an old run must not restore its plan.
 */
export async function postComment(
  github: GitHub,
  repo: string,
  pull: CommentedPull,
  body: string,
  mayBegin: boolean,
): Promise<PostedComment> {
  const { number, head, fromFork } = pull
  try {
    const { data } = await github.rest.pulls.get({ ...repoRef(repo), pull_number: number })
    if (data.head.sha !== head) {
      return {
        kind: 'kept',
        message: `#${number} has a newer commit than ${head.slice(0, 7)}: its comment was not changed.`,
      }
    }
    // A job's token may not ask REST who it is.
    const { viewer } = await github.graphql<{ viewer: { login: string } }>('{ viewer { login } }')
    const topic = { repo, number, marker: planMarker, by: isByToken(viewer.login) }
    const kept = await keepComment(github, topic, body, mayBegin)
    return { kind: 'kept', message: messages[kept](number) }
  } catch (error) {
    const problem = explainGitHub(error)
    if (problem?.reason !== 'missing-permission') throw error
    const why = fromFork
      ? `The plan was not posted on #${number}: the token of a run for a fork is read-only.`
      : `The plan was not posted on #${number}. ${problem.message} To post it, give this job "pull-requests: write".`
    return { kind: 'not-allowed', why }
  }
}

const messages: Record<KeptComment, (number: number) => string> = {
  created: (number) => `The plan was posted as a comment on #${number}.`,
  updated: (number) => `The comment on #${number} was updated.`,
  unchanged: (number) => `The comment on #${number} is already up to date.`,
  none: (number) => `#${number} needs no comment.`,
}
