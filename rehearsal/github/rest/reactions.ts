import { z } from 'zod'
import { foundOr404 } from '../errors.js'
import type { Comment, Reaction, State } from '../state.js'
import { type Call, createdReply, type Handlers, listReply, numberParam, okReply, readBody } from './call.js'
import { issueOfComment } from './issues.js'
import { nodeId, userShape } from './shapes.js'

const contents = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const

export const reactionHandlers = {
  'reactions/list-for-issue-comment': (call) =>
    listReply(call, commentOf(call).reactions ?? [], (one) => shape(call.state, one)),

  'reactions/create-for-issue-comment': async (call) => {
    const { state, actor } = call
    const comment = commentOf(call)
    const { content } = readBody(call, 'Reaction', z.object({ content: z.enum(contents) }))
    const present = comment.reactions?.find((one) => one.author === actor && one.content === content)
    if (present) return okReply(shape(state, present))
    const reaction = { id: state.nextId(), author: actor, content, createdAt: state.now() }
    comment.reactions = [...(comment.reactions ?? []), reaction]
    if (state.openRows.commentUpdates === 'anything') comment.updatedAt = reaction.createdAt
    return createdReply(shape(state, reaction))
  },
} satisfies Partial<Handlers>

function commentOf(call: Call): Comment {
  const id = numberParam(call, 'comment_id')
  return foundOr404(issueOfComment(call.repo, id)?.comments.find((one) => one.id === id))
}

const shape = (state: State, { id, author, content, createdAt }: Reaction): Record<string, unknown> => ({
  id,
  node_id: nodeId('Reaction', id),
  user: userShape(state, author),
  content,
  created_at: createdAt,
})
