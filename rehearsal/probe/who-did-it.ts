import type { Place } from './place.js'
import { NotSettled, type Probe } from './probe.js'
import type { ProbeSession } from './session.js'

const plain = 'plain'

/** A Deployment that the App made, of main. */
export async function deployed({ app, ref, tip, name }: Place): Promise<number> {
  const { data } = await app.rest.repos.createDeployment({
    ...{ ...ref, ref: await tip(), environment: name(), task: 'probe' },
    ...{ auto_merge: false, required_contexts: [], payload: { a: 1 } },
  })
  if (!('id' in data)) throw new NotSettled('GitHub merged instead of making a Deployment.')
  return data.id
}

export const issueBy = async ({ app, ref }: Place, labels: string[] = []) =>
  (await app.rest.issues.create({ ...ref, title: 'probe', body: 'one', labels })).data

/** A field that names an App, in words. */
const named = (field: { id?: number } | null | undefined, { app }: ProbeSession): string =>
  field == null ? 'null' : field.id === app.id ? 'the App' : 'another App'

/** GraphQL about one issue. */
async function ofIssue<T>({ app, ref }: Place, number: number, fields: string): Promise<T> {
  const query = `query ($owner: String!, $repo: String!, $number: Int!) {
    repository(owner: $owner, name: $repo) { issue(number: $number) { ${fields} } } }`
  return (await app.graphql<{ repository: { issue: T } }>(query, { ...ref, number })).repository.issue
}

/** Dates have whole seconds: what happens within one cannot be told apart. */
export const nextSecond = (): Promise<void> => new Promise((done) => setTimeout(done, 1100))

interface Edits {
  totalCount: number
  nodes: { editedAt: string }[]
}

export const whoDidIt: Probe[] = [
  {
    row: 'I1',
    expected: 'null',
    otherwise: 'rehearsal/github/rest/issue-shapes.ts',
    async ask(session) {
      const place = await session.place(plain)
      const { number } = await issueBy(place)
      const { data } = await place.app.rest.issues.get({ ...place.ref, issue_number: number })
      return named(data.performed_via_github_app, session)
    },
  },
  {
    row: 'I2',
    expected: 'null',
    otherwise: 'rehearsal/github/rest/deployments.ts',
    async ask(session) {
      const place = await session.place(plain)
      const id = await deployed(place)
      const { data } = await place.app.rest.repos.getDeployment({ ...place.ref, deployment_id: id })
      return named(data.performed_via_github_app, session)
    },
  },
  {
    row: 'I3',
    expected: 'null',
    otherwise: 'rehearsal/github/rest/deployments.ts',
    async ask(session) {
      const place = await session.place(plain)
      const of = { ...place.ref, deployment_id: await deployed(place) }
      await place.app.rest.repos.createDeploymentStatus({ ...of, state: 'success' })
      const { data } = await place.app.rest.repos.listDeploymentStatuses(of)
      return named(data[0]?.performed_via_github_app, session)
    },
  },
  {
    row: 'I4',
    expected: 'the App',
    otherwise: 'rehearsal/github/rest/issue-shapes.ts',
    async ask(session) {
      const place = await session.place(plain)
      const { app, ref } = place
      const { number } = await issueBy(place)
      const { data: comment } = await app.rest.issues.createComment({ ...ref, issue_number: number, body: 'one' })
      const { data } = await app.rest.issues.getComment({ ...ref, comment_id: comment.id })
      return named(data.performed_via_github_app, session)
    },
  },
  {
    row: 'I5',
    expected: "the App's bot, type Bot, with the number of its account",
    otherwise: 'rehearsal/github/rest/deployments.ts',
    async ask(session) {
      const place = await session.place(plain)
      const id = await deployed(place)
      const { creator } = (await place.app.rest.repos.getDeployment({ ...place.ref, deployment_id: id })).data
      const { data: account } = await session.user.rest.users.getByUsername({ username: session.app.login })
      if (creator?.login !== session.app.login) return `${creator?.login}`
      const number = creator.id === account.id ? 'the number of its account' : 'another number'
      return `the App's bot, type ${creator.type}, with ${number}`
    },
  },
  {
    row: 'I7',
    expected: 'its number and slug',
    otherwise: 'rehearsal/github/rest/check-shape.ts',
    async ask(session) {
      const { app, ref, tip, name } = await session.place(plain)
      const { data: made } = await app.rest.checks.create({ ...ref, name: name(), head_sha: await tip() })
      const { app: maker } = (await app.rest.checks.get({ ...ref, check_run_id: made.id })).data
      return maker?.id === session.app.id && maker.slug === session.app.slug ? 'its number and slug' : `${maker?.slug}`
    },
  },
  {
    row: 'I8',
    expected: 'GraphQL without [bot], REST with it',
    otherwise: 'rehearsal/github/graphql-nodes.ts',
    async ask(session) {
      const place = await session.place(plain)
      const { number, user } = await issueBy(place)
      const { author } = await ofIssue<{ author: { login: string } }>(place, number, 'author { login }')
      const has = (login: string | undefined): string => (login?.endsWith('[bot]') ? 'with' : 'without')
      const [graphql, rest] = [has(author.login), has(user?.login)]
      return graphql === 'without' && rest === 'with'
        ? 'GraphQL without [bot], REST with it'
        : `GraphQL ${graphql}, REST ${rest}`
    },
  },
  {
    row: 'I9',
    expected: 'an event by the App',
    otherwise: 'openRows.labelsAtCreation',
    async ask(session) {
      const place = await session.place(plain)
      const { number } = await issueBy(place, ['probe'])
      type Items = { timelineItems: { nodes: { actor: { login: string } | null }[] } }
      const fields = `timelineItems(first: 10, itemTypes: [LABELED_EVENT]) {
        nodes { ... on LabeledEvent { actor { login } } } }`
      const [event] = (await ofIssue<Items>(place, number, fields)).timelineItems.nodes
      if (!event) return 'no event'
      return event.actor?.login === session.app.slug ? 'an event by the App' : `an event by ${event.actor?.login}`
    },
  },
  {
    row: 'I10',
    expected: 'set by the text alone',
    otherwise: 'openRows.issueEditor',
    async ask(session) {
      const place = await session.place(plain)
      const { app, ref } = place
      const { number } = await issueBy(place)
      const editor = async () => (await ofIssue<{ editor: unknown }>(place, number, 'editor { login }')).editor
      const change = { ...ref, issue_number: number }
      await app.rest.issues.update({ ...change, title: 'probe again' })
      await app.rest.issues.addLabels({ ...change, labels: ['probe'] })
      if ((await editor()) !== null) return 'set by title or labels'
      await app.rest.issues.update({ ...change, body: 'two' })
      return (await editor()) === null ? 'never set' : 'set by the text alone'
    },
  },
  {
    row: 'I11',
    expected: 'a reaction leaves it, an edit moves it',
    otherwise: 'openRows.commentUpdates',
    async ask(session) {
      const place = await session.place(plain)
      const { app, ref } = place
      const { number } = await issueBy(place)
      const { data: first } = await app.rest.issues.createComment({ ...ref, issue_number: number, body: 'one' })
      const moved = async (): Promise<boolean> =>
        (await app.rest.issues.getComment({ ...ref, comment_id: first.id })).data.updated_at !== first.updated_at
      await nextSecond()
      await app.rest.reactions.createForIssueComment({ ...ref, comment_id: first.id, content: 'eyes' })
      const byReaction = await moved()
      await app.rest.issues.updateComment({ ...ref, comment_id: first.id, body: 'two' })
      return `a reaction ${byReaction ? 'moves' : 'leaves'} it, an edit ${(await moved()) ? 'moves' : 'leaves'} it`
    },
  },
  {
    row: 'I16',
    expected: 'newest first, none of labels',
    otherwise: 'rehearsal/github/graphql-repository.ts',
    async ask(session) {
      const place = await session.place(plain)
      const { app, ref } = place
      const change = { ...ref, issue_number: (await issueBy(place)).number }
      await app.rest.issues.update({ ...change, body: 'two' })
      await nextSecond()
      await app.rest.issues.update({ ...change, body: 'three' })
      const edits = async () =>
        ofIssue<{ first: Edits; last: Edits }>(
          place,
          change.issue_number,
          `first: userContentEdits(first: 1) { totalCount nodes { editedAt } }
           last: userContentEdits(last: 1) { totalCount nodes { editedAt } }`,
        )
      const { first, last } = await edits()
      await app.rest.issues.addLabels({ ...change, labels: ['probe'] })
      const more = (await edits()).first.totalCount - first.totalCount
      const [a = '', b = ''] = [first.nodes[0]?.editedAt, last.nodes[0]?.editedAt]
      const order = a > b ? 'newest first' : a < b ? 'oldest first' : 'no order'
      return `${order}, ${more === 0 ? 'none of labels' : 'labels as well'}`
    },
  },
  {
    row: 'I18',
    expected: 'the same number',
    otherwise: 'rehearsal/github/graphql-nodes.ts',
    async ask(session) {
      const place = await session.place(plain)
      const { number, user } = await issueBy(place)
      type Author = { author: { databaseId?: number } }
      const { author } = await ofIssue<Author>(place, number, 'author { ... on Bot { databaseId } }')
      return author.databaseId === user?.id ? 'the same number' : 'another number'
    },
  },
]
