import { z } from 'zod'
import type { GitHub } from './client.js'

/** What REST says of a comment that tells whether somebody may have changed its text. */
export interface Dated {
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
 * it is open (I11, I17), so of all others GraphQL is asked for the text's own last edit; at most the 100 newest, and what it does not
 * tell counts as changed.
 *
 * @returns their node ids
 */
export async function editedComments(github: GitHub, comments: readonly Dated[]): Promise<Set<string>> {
  const moved = comments.filter((one) => one.updated_at !== one.created_at).map(({ node_id }) => node_id)
  if (moved.length === 0) return new Set()
  const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on IssueComment { id lastEditedAt } } }'
  const { nodes } = answerSchema.parse(await github.graphql(query, { ids: moved.slice(-100) }))
  const same = new Set(nodes.flatMap((node) => (node && node.lastEditedAt === null ? [node.id] : [])))
  return new Set(moved.filter((id) => !same.has(id)))
}
