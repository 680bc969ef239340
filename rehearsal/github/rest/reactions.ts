import { z } from 'zod'
import { found } from '../errors.js'
import type { Comment, Reaction, State } from '../state.js'
import { type Call, created, type Handlers, list, numberParam, ok, read } from './call.js'
import { issueOfComment } from './issues.js'
import { nodeId, userShape } from './shapes.js'

const contents = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'] as const

export const reactions = {
  'reactions/list-for-issue-comment': (call) =>
    list(call, commentOf(call).reactions ?? [], (one) => shape(call.state, one)),

  'reactions/create-for-issue-comment': async (call) => {
    const { state, actor } = call
    const comment = commentOf(call)
    const { content } = read(call, 'Reaction', z.object({ content: z.enum(contents) }))
    const present = comment.reactions?.find((one) => one.author === actor && one.content === content)
    if (present) return ok(shape(state, present))
    const reaction = { id: state.nextId(), author: actor, content, createdAt: state.now() }
    comment.reactions = [...(comment.reactions ?? []), reaction]
    if (state.openRows.commentUpdates === 'anything') comment.updatedAt = reaction.createdAt
    return created(shape(state, reaction))
  },
} satisfies Partial<Handlers>

function commentOf(call: Call): Comment {
  const id = numberParam(call, 'comment_id')
  return found(issueOfComment(call.repo, id)?.comments.find((one) => one.id === id))
}

const shape = (state: State, { id, author, content, createdAt }: Reaction): Record<string, unknown> => ({
  id,
  node_id: nodeId('Reaction', id),
  user: userShape(state, author),
  content,
  created_at: createdAt,
})
