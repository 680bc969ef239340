import { z } from 'zod'
import { actorFields, actorOf, actorSchema, type HistoryActor } from '../github/graphql-actor.js'

/**
 * What the gate App says of one closing of an issue: whoever closed it may. A job's own token cannot see that where the operators are
 * a team. It counts only where `by` is the gate App's bot.
 */
export interface Confirmation {
  /** As what it may be closed, one word: an issue can be a hold and about a break-glass, which others close. */
  kind: string
  /** GraphQL's id of the event that closed the issue (I19): it says nothing of any other closing, before or after that one. */
  closing: string
  /** Undefined where that account is gone. */
  by: HistoryActor | undefined
}

/** What a comment that confirms a closing begins with; people do not see it. */
export const confirmationMarker = (kind: string, closing: string): string =>
  `<!-- lockstep:close-confirmed ${kind} ${closing} -->`

/** What `confirmationsIn` reads of an issue: of older comments nothing is known, and what is not known is not confirmed. */
export const commentFields = `comments(last: 100) { nodes { body lastEditedAt author ${actorFields} } }`

/** What `commentFields` asks for. */
export const commentsSchema = z.object({
  nodes: z.array(z.object({ body: z.string(), lastEditedAt: z.string().nullable(), author: actorSchema }).nullable()),
})

/** Everybody with write access can change somebody else's text: what was changed, or may have been (I17), confirms nothing. */
export const confirmationsIn = ({ nodes }: z.infer<typeof commentsSchema>): Confirmation[] =>
  nodes.flatMap((comment): Confirmation[] => {
    if (!comment || comment.lastEditedAt !== null) return []
    const [, kind, closing] = /^<!-- lockstep:close-confirmed ([\w-]+) ([\w+/=-]+) -->/.exec(comment.body) ?? []
    return kind === undefined || closing === undefined ? [] : [{ kind, closing, by: actorOf(comment.author) }]
  })
