import { z } from 'zod'
import { isByBot } from '../../../shared/github/bot.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { editedComments } from '../../../shared/github/edited.js'
import type { PastComment, PastIssue } from './past.js'

/** So many of the newest issues, pull requests and comments are looked at. */
const most = { issues: 30, pulls: 10, comments: 10 }

const editSchema = z.object({ nodes: z.array(z.object({ editedAt: z.string() }).nullable()).nullable() }).nullable()
const issueSchema = z.object({
  number: z.int(),
  createdAt: z.string(),
  editor: z.object({ login: z.string() }).nullable(),
  firstEdits: editSchema,
  lastEdits: editSchema,
  timelineItems: z.object({ nodes: z.array(z.object({ createdAt: z.string().optional() }).nullable()) }),
})
const fields = `fragment seen on Issue {
  number createdAt editor { login }
  firstEdits: userContentEdits(first: 1) { nodes { editedAt } }
  lastEdits: userContentEdits(last: 1) { nodes { editedAt } }
  timelineItems(last: 50, itemTypes: [LABELED_EVENT]) { nodes { ... on LabeledEvent { createdAt } } }
}`

/** The gate App's own of the newest issues. */
export async function pastIssues(github: GitHub, repo: string, bot: number): Promise<PastIssue[]> {
  const { data } = await github.rest.issues.listForRepo({ ...repoRef(repo), state: 'all', per_page: most.issues })
  const own = data.filter((issue) => isByBot(issue, bot) && issue.pull_request === undefined)
  if (own.length === 0) return []
  const wanted = own.map(({ number }) => `i${number}: issue(number: ${number}) { ...seen }`).join(' ')
  const { owner, repo: name } = repoRef(repo)
  const query = `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { ${wanted} } } ${fields}`
  const answer = await github.graphql<{ repository: Record<string, unknown> }>(query, { owner, name })
  return own.map(({ number, labels }) => {
    const read = issueSchema.parse(answer.repository[`i${number}`])
    const [first, last] = [read.firstEdits?.nodes?.[0]?.editedAt, read.lastEdits?.nodes?.[0]?.editedAt]
    return {
      ...{ number, createdAt: read.createdAt, labels: labels.length, hasEditor: read.editor !== null },
      labeled: read.timelineItems.nodes.flatMap((node) => node?.createdAt ?? []),
      edits: first !== undefined && last !== undefined ? { first, last } : undefined,
    }
  })
}

/** Comments under the newest pull requests that somebody reacted to, whose text is as it was written. */
export async function pastComments(github: GitHub, repo: string): Promise<PastComment[]> {
  const at = repoRef(repo)
  const pulls = { ...at, state: 'all' as const, sort: 'updated' as const, direction: 'desc' as const }
  const { data } = await github.rest.pulls.list({ ...pulls, per_page: most.pulls })
  const lists = await Promise.all(
    data.map(async ({ number }) => {
      return (await github.rest.issues.listComments({ ...at, issue_number: number, per_page: 100 })).data
    }),
  )
  const reacted = lists.flat().filter(({ reactions }) => (reactions?.total_count ?? 0) > 0)
  const edited = await editedComments(github, reacted)
  const same = reacted.filter(({ node_id }) => !edited.has(node_id)).slice(0, most.comments)
  return Promise.all(
    same.map(async ({ id, created_at: createdAt, updated_at: updatedAt }) => {
      const asked = { ...at, comment_id: id, per_page: 100 }
      const { data: reactions } = await github.rest.reactions.listForIssueComment(asked)
      const reactedAt =
        reactions
          .map((one) => one.created_at)
          .toSorted()
          .at(-1) ?? createdAt
      return { createdAt, updatedAt, reactedAt }
    }),
  )
}
