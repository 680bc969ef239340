import { z } from 'zod'
import { operatorsOf } from '../duty/operators.js'
import { type GitHub, repoRef } from '../github/client.js'
import type { Policy } from '../policy/policy.js'
import { holdLabel } from './holds.js'
import type { Hands, Party } from './trust.js'

export type BlockerKind = 'held' | 'frozen'

export const blockerLabels: Record<BlockerKind, string> = { held: holdLabel, frozen: 'deploy-freeze' }

/** By this label the gate App says that an operator closed it: a job's own token cannot see who is in a team. */
export const liftedLabel = 'deploy-lifted'

/** A hold or freeze, open or closed, and who had a hand in it. */
export type BlockerIssue = GuardedIssue<BlockerKind>

/** An issue that only some people may open, change and close. */
export interface GuardedIssue<K extends string> {
  kind: K
  number: number
  title: string
  url: string
  body: string
  labels: string[]
  /** ISO 8601 */
  openedAt: string
  /** ISO 8601; undefined while it is open. */
  closedAt: string | undefined
  hands: Hands
}

type Listed = Awaited<ReturnType<GitHub['rest']['issues']['listForRepo']>>['data'][number]

/** Freezes first. */
export const readBlockerIssues = (github: GitHub, repo: string, policy: Policy): Promise<BlockerIssue[]> =>
  readGuardedIssues(github, repo, policy, { frozen: blockerLabels.frozen, held: blockerLabels.held })

/** By kind, in the order of their labels. Costs nothing more than a list each where there never was one. */
export async function readGuardedIssues<K extends string>(
  github: GitHub,
  repo: string,
  policy: Policy,
  kinds: Record<K, string>,
): Promise<GuardedIssue<K>[]> {
  const lists = (Object.keys(kinds) as K[]).map(async (kind) => {
    const where = { ...repoRef(repo), state: 'all' as const, labels: kinds[kind], per_page: 100 }
    return (await github.paginate(github.rest.issues.listForRepo, where)).map((issue) => ({ kind, issue }))
  })
  const listed = (await Promise.all(lists)).flat().filter(({ issue }) => !issue.pull_request)
  if (listed.length === 0) return []
  const history = await readHistory(
    github,
    repo,
    listed.map(({ issue }) => issue.number),
  )
  const issues = listed.map(({ issue }) => issue)
  const partyOf = await parties(github, repo, policy, issues, [...history.values()])
  return Promise.all(
    listed.map(async ({ kind, issue }) => ({
      kind,
      number: issue.number,
      title: issue.title,
      url: issue.html_url,
      body: issue.body ?? '',
      labels: issue.labels.flatMap((label) => (typeof label === 'string' ? label : (label.name ?? []))),
      openedAt: issue.created_at,
      closedAt: issue.closed_at ?? undefined,
      hands: await handsOf(issue, kinds[kind], history.get(issue.number), partyOf),
    })),
  )
}

const actorSchema = z.object({ __typename: z.string(), login: z.string() }).nullable()
const historySchema = z.object({
  editor: actorSchema,
  timelineItems: z.object({
    nodes: z.array(
      z.object({
        __typename: z.string(),
        actor: actorSchema.optional(),
        label: z.object({ name: z.string() }).optional(),
      }),
    ),
  }),
})
type Actor = z.infer<typeof actorSchema>
type History = z.infer<typeof historySchema>

const fields = `fragment history on Issue {
  editor { __typename login }
  timelineItems(last: 100, itemTypes: [CLOSED_EVENT, LABELED_EVENT]) {
    nodes {
      __typename
      ... on ClosedEvent { actor { __typename login } }
      ... on LabeledEvent { actor { __typename login } label { name } }
    }
  }
}`

/** What REST does not tell: who edited a text. Fifty issues a request. */
async function readHistory(github: GitHub, repo: string, numbers: number[]): Promise<Map<number, History>> {
  const found = new Map<number, History>()
  for (let start = 0; start < numbers.length; start += 50) {
    const some = numbers.slice(start, start + 50)
    const wanted = some.map((number) => `i${number}: issue(number: ${number}) { ...history }`).join('\n')
    const { owner, repo: name } = repoRef(repo)
    const query = `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { ${wanted} } }\n${fields}`
    const answer = await github.graphql<{ repository: Record<string, unknown> }>(query, { owner, name })
    for (const number of some) found.set(number, historySchema.parse(answer.repository[`i${number}`]))
  }
  return found
}

async function handsOf(
  { user, performed_via_github_app: via, state }: Listed,
  label: string,
  history: History | undefined,
  partyOf: (actor: Actor | undefined) => Promise<Party | undefined>,
): Promise<Hands> {
  const events = history?.timelineItems.nodes ?? []
  const labelled = events.findLast((event) => event.label?.name === label)
  const closedAt = events.findLastIndex(({ __typename }) => __typename === 'ClosedEvent')
  const confirmations = events.slice(closedAt + 1).filter((event) => event.label?.name === liftedLabel)
  const confirming = await Promise.all(confirmations.map(({ actor }) => partyOf(actor)))
  const author = user && (await partyOf({ __typename: user.type, login: user.login.replace(/\[bot\]$/, '') }))
  return {
    // An App may act for a person: then it is that person's.
    author: author?.standing === 'gate' && !via ? { ...author, standing: 'other' } : (author ?? undefined),
    editor: history?.editor ? await partyOf(history.editor) : undefined,
    labeller: await partyOf(labelled?.actor),
    closed:
      state === 'open'
        ? undefined
        : {
            by: closedAt < 0 ? undefined : await partyOf(events[closedAt]?.actor),
            confirmed: closedAt >= 0 && confirming.some((party) => party?.standing === 'gate'),
          },
  }
}

/** Says who is who. GraphQL names a bot by its App's slug, and the policy knows the gate App by its id only. */
async function parties(
  github: GitHub,
  repo: string,
  policy: Policy,
  issues: Listed[],
  histories: History[],
): Promise<(actor: Actor | undefined) => Promise<Party | undefined>> {
  const standingOf = operatorsOf(github, policy)
  const actors = histories.flatMap(({ editor, timelineItems }) => [editor, ...timelineItems.nodes.map((e) => e.actor)])
  const bots = actors.some((actor) => actor?.__typename === 'Bot') || issues.some(({ user }) => user?.type === 'Bot')
  const gate = bots ? await gateSlug(github, repo, policy, issues) : undefined
  return async (actor) => {
    if (!actor) return undefined
    const { login } = actor
    if (actor.__typename === 'Bot') return { login, standing: login === gate ? 'gate' : 'other' }
    return { login, standing: await standingOf(login) }
  }
}

async function gateSlug(github: GitHub, repo: string, policy: Policy, issues: Listed[]): Promise<string | undefined> {
  const gate = policy.apps.gate.id
  const known = issues.find(({ performed_via_github_app: via }) => via?.id === gate)
  if (known) return known.performed_via_github_app?.slug
  // Where it opened none of them: its deployment records tell its name.
  const { data } = await github.rest.repos.listDeployments({ ...repoRef(repo), per_page: 100 })
  return data.find(({ performed_via_github_app: via }) => via?.id === gate)?.performed_via_github_app?.slug
}
