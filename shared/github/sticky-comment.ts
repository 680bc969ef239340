import { checkWriter, isByBot } from './bot.js'
import { type GitHub, repoRef } from './client.js'

export type StickyComment = Awaited<ReturnType<GitHub['rest']['issues']['listComments']>>['data'][number]

export interface CommentTopic {
  /** `owner/name` */
  repo: string
  /** Number of the pull request, or of the issue. */
  number: number
  /** What its comment begins with, `<!-- lockstep:TOPIC -->`: people do not see it. */
  marker: string
  /**
   * By whom it is: the user id of the gate App's bot, whose token this is, or how to tell. Anybody can write the marker, and what they
   * write with it is theirs.
   */
  by: number | ((comment: Pick<StickyComment, 'user'>) => boolean)
}

/** `none`: there is no comment, and none was asked for. */
export type KeptComment = 'created' | 'updated' | 'unchanged' | 'none'

/**
 * Keeps one comment about a topic: found by marker and author, changed in place, written only where its text changed. Of
 * several, as an answer that got lost can leave, the oldest stays.
 *
 * @param body begins with the marker; at most 65,536 characters. Or what it becomes: of the text that is there, which stays
 * where this gives none.
 * @param mayBegin whether a comment is made where there is none.
 * @throws UserError `misconfigured` where the token is not of the bot that the policy names.
 */
export async function keepComment(
  github: GitHub,
  { repo, number, marker, by }: CommentTopic,
  body: string | ((present: string | undefined) => string | undefined),
  mayBegin: boolean,
): Promise<KeptComment> {
  const issue = { ...repoRef(repo), issue_number: number }
  const comments = await github.paginate(github.rest.issues.listComments, { ...issue, per_page: 100 })
  const isOurs = typeof by === 'number' ? (one: StickyComment): boolean => isByBot(one, by) : by
  const [own, ...others] = comments.filter((comment) => comment.body?.startsWith(marker) && isOurs(comment))
  for (const { id } of others) await github.rest.issues.deleteComment({ ...repoRef(repo), comment_id: id })
  if (!own && !mayBegin) return 'none'
  const text = typeof body === 'string' ? body : body(own?.body)
  if (text === undefined) return own ? 'unchanged' : 'none'
  if (!own) {
    const { data } = await github.rest.issues.createComment({ ...issue, body: text })
    if (typeof by === 'number' && !isByBot(data, by)) {
      // It would not be found again, and every run would leave another one.
      await github.rest.issues.deleteComment({ ...repoRef(repo), comment_id: data.id })
      checkWriter(data.user, by)
    }
    return 'created'
  }
  if (own.body === text) return 'unchanged'
  await github.rest.issues.updateComment({ ...repoRef(repo), comment_id: own.id, body: text })
  return 'updated'
}
