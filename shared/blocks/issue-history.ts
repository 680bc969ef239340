import { z } from 'zod'
import { type GitHub, repoRef } from '../github/client.js'
import { actorFields, actorOf, actorSchema, type HistoryActor } from '../github/graphql-actor.js'
import { mostPages, tooMany } from '../github/pages.js'
import { type Confirmation, commentFields, commentsSchema, confirmationsIn } from './close-confirmation.js'

export interface HistoryEvent {
  /** GraphQL's own: no other event has it (I19). */
  id: string
  kind: 'closed' | 'labeled'
  /** Undefined where that account is gone. */
  by: HistoryActor | undefined
  label: string | undefined
}

/** What REST does not tell of an issue. */
export interface IssueHistory {
  /** Who changed its text last; undefined where it is as it was written. */
  editor: HistoryActor | undefined
  /** Who closed it and gave it labels, oldest first: as far back as it takes to know who did last. */
  events: HistoryEvent[]
  /** Those among the newest 100 comments whose text nobody changed since. */
  confirmations: Confirmation[]
}

const eventsSchema = z.object({
  pageInfo: z.object({ hasPreviousPage: z.boolean(), startCursor: z.string().nullable() }),
  nodes: z.array(
    z.object({
      __typename: z.string(),
      id: z.string(),
      actor: actorSchema.optional(),
      label: z.object({ name: z.string() }).optional(),
    }),
  ),
})
const editsSchema = z
  .object({ nodes: z.array(z.object({ editedAt: z.string(), editor: actorSchema }).nullable()).nullable() })
  .nullable()
/** What `editsFields` asks of an issue. */
export const editedSchema = z.object({ firstEdits: editsSchema, lastEdits: editsSchema })
const historySchema = editedSchema.extend({
  state: z.string(),
  comments: commentsSchema,
  timelineItems: eventsSchema,
})
const pageSchema = z.object({
  repository: z.object({ issue: z.object({ timelineItems: eventsSchema }) }),
})

const events = `{
    pageInfo { hasPreviousPage startCursor }
    nodes {
      __typename
      ... on ClosedEvent { id actor ${actorFields} }
      ... on LabeledEvent { id actor ${actorFields} label { name } }
    }
  }`
const edits = `{ nodes { editedAt editor ${actorFields} } }`
/** Both ends of the list of a text's edits: which one is the newest is nowhere told (I16). */
export const editsFields = `firstEdits: userContentEdits(first: 1) ${edits} lastEdits: userContentEdits(last: 1) ${edits}`
const fields = `fragment history on Issue {
  state
  ${editsFields}
  ${commentFields}
  timelineItems(last: 100, itemTypes: [CLOSED_EVENT, LABELED_EVENT]) ${events}
}`
const before = `query ($owner: String!, $name: String!, $number: Int!, $before: String) {
  repository(owner: $owner, name: $name) { issue(number: $number) {
    timelineItems(last: 100, before: $before, itemTypes: [CLOSED_EVENT, LABELED_EVENT]) ${events}
  } }
}`

/** An issue, and the label whose giver is asked for. One issue can have several of them. */
export interface HistoryRequest {
  number: number
  label: string
}

/**
 * Fifty issues a request, and more requests only for those that have more than 100 events.
 *
 * @returns how to find the history that goes back far enough for a label of an issue
 * @throws UserError where 2,000 events do not tell who closed it or gave it that label
 */
export async function readHistories(
  github: GitHub,
  repo: string,
  issues: readonly HistoryRequest[],
): Promise<(asked: HistoryRequest) => IssueHistory | undefined> {
  const found = new Map<string, IssueHistory>()
  for (let start = 0; start < issues.length; start += 50) {
    const some = issues.slice(start, start + 50)
    const numbers = [...new Set(some.map(({ number }) => number))]
    const wanted = numbers.map((number) => `i${number}: issue(number: ${number}) { ...history }`).join('\n')
    const { owner, repo: name } = repoRef(repo)
    const query = `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { ${wanted} } }\n${fields}`
    const answer = await github.graphql<{ repository: Record<string, unknown> }>(query, { owner, name })
    for (const issue of some) {
      const read = historySchema.parse(answer.repository[`i${issue.number}`])
      const asked = { ...issue, closed: read.state === 'CLOSED' }
      const events = await eventsBack(github, repo, asked, read.timelineItems)
      found.set(keyOf(issue), { editor: editorOf(read), events, confirmations: confirmationsIn(read.comments) })
    }
  }
  return (asked) => found.get(keyOf(asked))
}

const keyOf = ({ number, label }: HistoryRequest): string => `${number} ${label}`

/** Pages back from the newest events until they tell who closed it, where it is closed, and who gave it its label last. */
async function eventsBack(
  github: GitHub,
  repo: string,
  { number, label, closed }: HistoryRequest & { closed: boolean },
  newest: z.infer<typeof eventsSchema>,
): Promise<HistoryEvent[]> {
  let page = newest
  let all = eventsOf(page)
  const isTold = (): boolean =>
    (!closed || all.some(({ kind }) => kind === 'closed')) && all.some((event) => event.label === label)
  for (let pages = 1; page.pageInfo.hasPreviousPage && !isTold(); pages += 1) {
    if (pages === mostPages)
      throw tooMany(
        `events of the issue #${number} of ${repo}`,
        `If it still applies, open a new issue for it. Then remove the label ${label} from it: it is ignored from then on.`,
      )
    const { owner, repo: name } = repoRef(repo)
    const variables = { owner, name, number, before: page.pageInfo.startCursor }
    page = pageSchema.parse(await github.graphql(before, variables)).repository.issue.timelineItems
    all = [...eventsOf(page), ...all]
  }
  return all
}

const eventsOf = ({ nodes }: z.infer<typeof eventsSchema>): HistoryEvent[] =>
  nodes.flatMap(({ __typename, id, actor: by, label }): HistoryEvent[] => {
    const kind = kinds[__typename]
    return kind ? [{ id, kind, by: actorOf(by), label: label?.name }] : []
  })
const kinds: Record<string, HistoryEvent['kind'] | undefined> = { ClosedEvent: 'closed', LabeledEvent: 'labeled' }

/** An account that is gone: nobody believes it. */
const gone: HistoryActor = { login: 'ghost', type: 'Unknown', id: 0 }

/**
 * Who changed an issue's text last, by the text's own edits; undefined where nobody did. `Issue.editor` would do where only edits of
 * the text set it; whether edits of title and labels do as well is open (I10), and then the gate App's labels would hide a stranger's
 * edit.
 */
export function editorOf({ firstEdits, lastEdits }: z.infer<typeof editedSchema>): HistoryActor | undefined {
  const ends = [...(firstEdits?.nodes ?? []), ...(lastEdits?.nodes ?? [])].flatMap((edit) => edit ?? [])
  const [last] = ends.toSorted((a, b) => Date.parse(b.editedAt) - Date.parse(a.editedAt))
  return last && (actorOf(last.editor) ?? gone)
}
