import { z } from 'zod'
import type { GitHub } from './client.js'
import { mostPages, tooMany } from './pages.js'

/** What REST says of a comment that tells whether somebody may have changed its text. */
export interface DatedComment {
  node_id: string
  created_at: string
  updated_at: string
}

const answerSchema = z.object({
  nodes: z.array(z.object({ id: z.string(), lastEditedAt: z.string().nullable() }).nullable()),
})

/**
 * Which of these comments had their text changed since they were written: anybody with write access can change somebody else's.
 * `updated_at` that is still `created_at` says that it was not, and no request is made. Whether reactions, hiding and pinning move
 * it is open (I11, I17), so of all others GraphQL is asked for the text's own last edit, 100 a request; what it does not tell counts as
 * changed.
 *
 * @returns their node ids
 * @throws UserError `misconfigured` where it were more than 20 requests: then whose text was changed is unknown
 */
export async function editedComments(github: GitHub, comments: readonly DatedComment[]): Promise<Set<string>> {
  const moved = comments.filter((one) => one.updated_at !== one.created_at).map(({ node_id }) => node_id)
  if (moved.length === 0) return new Set()
  const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on IssueComment { id lastEditedAt } } }'
  if (moved.length > mostPages * 100) {
    throw tooMany('comments that may have been changed', 'Delete the useless ones, and find out who writes them.')
  }
  const same = new Set<string>()
  for (let start = 0; start < moved.length; start += 100) {
    const { nodes } = answerSchema.parse(await github.graphql(query, { ids: moved.slice(start, start + 100) }))
    for (const node of nodes) if (node?.lastEditedAt === null) same.add(node.id)
  }
  return new Set(moved.filter((id) => !same.has(id)))
}
