import { afterAll, beforeAll, expect, test } from 'vitest'
import type { User } from '../../../../rehearsal/github/types.js'
import { commitOn, type Lane, type Stage, startStage } from '../../../acceptance/code-lane.js'
import { commentsOf } from '../../../acceptance/gate-records.js'
import { type GateRun, gateHere, gateRendered, heardAs } from '../../../acceptance/gate-rendered.js'

let stage: Stage
let [olga, otto, mal]: User[] = []

const setUp = (): Promise<Lane> => stage.lane((policy) => policy.replace('operators: [ada]', 'operators: [olga, otto]'))

beforeAll(async () => {
  stage = await startStage()
  const lane = await setUp()
  ;[olga, otto, mal] = ['olga', 'otto', 'mal'].map((login) => lane.github.createUser(login))
  await lane[Symbol.asyncDispose]()
})

afterAll(() => stage[Symbol.asyncDispose]())

const asked = (lane: Lane, by: User | undefined) => lane.client(by?.token ?? '')

async function approve(lane: Lane, pull: number, ...by: (User | undefined)[]): Promise<void> {
  for (const one of by) {
    await asked(lane, one).rest.pulls.createReview({ ...lane.deployAt, pull_number: pull, event: 'APPROVE' })
  }
}

/** A comment, the gate's two jobs that it starts, and what became of it. */
async function say(lane: Lane, by: User | undefined, pull: number, body: string, more: GateRun = {}) {
  const { rest } = asked(lane, by)
  const { data: comment } = await rest.issues.createComment({ ...lane.deployAt, issue_number: pull, body })
  const started = await gateRendered(lane, pull, { ...more, comment: heardAs(lane) })
  const reactions = await rest.reactions.listForIssueComment({ ...lane.deployAt, comment_id: comment.id })
  const { data: comments } = await rest.issues.listComments({ ...lane.deployAt, issue_number: pull, per_page: 100 })
  const answers = comments.filter(({ id, body: text }) => id > comment.id && !text?.startsWith('<!--'))
  return {
    ...started,
    said: `${started.result.decision} ${started.result.reason}`,
    reaction: reactions.data.map(({ content }) => content).join(),
    answer: answers.map(({ body: text }) => text ?? '').join('\n'),
  }
}

const comment = async (lane: Lane, pull: number): Promise<string> => (await commentsOf(lane, pull))[0]?.body ?? ''

/** More capacity by ada, who is no operator: routine, with objects in the cluster. */
const more = { 'config/prime.yaml': 'web: { replicas: 2 }\n' }
async function proposeRoutine(lane: Lane): Promise<number> {
  await commitOn(lane.client(lane.ada.token), lane.deployAt, 'main', { 'config/prime.yaml': 'web: { replicas: 1 }\n' })
  const pull = await lane.propose('routine', more)
  await gateRendered(lane, pull)
  return pull
}

const asking = { inputs: { 'dry-run-result': 'success' } }

test('a routine change is green with an approval, what comes out of it, and the word of every cluster', async () => {
  await using lane = await setUp()
  const pull = await proposeRoutine(lane)
  await approve(lane, pull, olga)
  await gateRendered(lane, pull)
  expect(await comment(lane, pull)).toContain('- [x] what comes out of it')
  expect(await comment(lane, pull)).toContain('comments "/dry\\-run"')

  const asks = await gateHere(lane, pull)
  expect(asks.outputs).toMatchObject({ render: 'true', conclusion: 'failure' })
  const { said, reaction } = await say(lane, olga, pull, '/dry-run', asking)

  expect([said, reaction]).toEqual(['green reviewed', 'eyes,rocket'])
  // It is known from then on.
  expect((await gateRendered(lane, pull)).result.reason).toBe('reviewed')
})

test('the first job says which clusters to ask, and only where an operator wants it', async () => {
  await using lane = await setUp()
  const pull = await proposeRoutine(lane)
  const hear = async (by: User | undefined) => {
    await asked(lane, by).rest.issues.createComment({ ...lane.deployAt, issue_number: pull, body: '/dry-run' })
    return (await gateHere(lane, pull, { comment: heardAs(lane) })).outputs['dry-run']
  }

  expect(await hear(mal)).toBeUndefined()
  expect(JSON.parse((await hear(olga)) ?? '')).toEqual([{ cluster: 'staging', optional: false }])
})

test('a cluster that would refuse it keeps it red, and the one who asked is told where to look', async () => {
  await using lane = await setUp()
  const pull = await proposeRoutine(lane)
  await approve(lane, pull, olga)

  const refused = await say(lane, olga, pull, '/dry-run', { inputs: { 'dry-run-result': 'failure' } })
  expect(refused.said).toBe('red not-a-pure-bump')
  expect(refused.answer).toMatch(/@olga Not every cluster would take it/)

  const stopped = await say(lane, olga, pull, '/dry-run', { inputs: { 'dry-run-result': 'cancelled' } })
  expect(stopped.said).toBe('red not-a-pure-bump')
})

test('what the clusters said about another commit, or without an operator’s word, does not count', async () => {
  await using lane = await setUp()
  const pull = await proposeRoutine(lane)
  await approve(lane, pull, olga)

  const other = { inputs: { ...asking.inputs, commit: 'a'.repeat(40) } }
  expect((await say(lane, olga, pull, '/dry-run', other)).said).toBe('red not-a-pure-bump')
  expect((await say(lane, mal, pull, '/dry-run', asking)).said).toBe('red not-a-pure-bump')
  expect((await gateRendered(lane, pull, asking)).result.decision).toBe('red')

  await say(lane, olga, pull, '/dry-run', asking)
  await commitOn(lane.client(lane.ada.token), lane.deployAt, 'routine', { 'config/prime.yaml': 'web: { replicas: 3 }' })
  await approve(lane, pull, olga)
  expect((await gateRendered(lane, pull)).result.decision).toBe('red')
  expect(await comment(lane, pull)).toContain('- [ ] every cluster')
})

test('a week later every cluster has to be asked again', async () => {
  await using lane = await setUp()
  const pull = await proposeRoutine(lane)
  await approve(lane, pull, olga)
  await say(lane, olga, pull, '/dry-run', asking)
  const in7days = () => new Date(Date.now() + 7 * 24 * 60 * 60_000)

  expect((await gateRendered(lane, pull, { now: in7days })).result.decision).toBe('red')
})

test('nothing rendered, or something else, is not known', async () => {
  await using lane = await setUp()
  const pull = await proposeRoutine(lane)
  await approve(lane, pull, olga)
  await say(lane, olga, pull, '/dry-run', asking)

  for (const rendered of ['', '{}', 'nonsense', JSON.stringify({ schema: 1, head: 'a'.repeat(40) })]) {
    const { result } = await gateHere(lane, pull, { inputs: { rendered, 'render-result': 'failure' } })
    expect([rendered, result.decision]).toEqual([rendered, 'red'])
  }
  expect(await comment(lane, pull)).toContain('job "render"')
})

test('a volume that goes makes it dangerous, whatever its files look like', async () => {
  await using lane = await setUp()
  const pull = await proposeRoutine(lane)
  await approve(lane, pull, olga, otto)
  await say(lane, olga, pull, '/dry-run', asking)
  const dangers = [{ kind: 'volume-deleted' as const, object: 'x', text: 'PersistentVolumeClaim hub-db is deleted.' }]
  const disruptions = [{ object: 'hub', downtime: true, text: 'Deployment hub restarts: it is away for a moment.' }]

  const { result } = await gateRendered(lane, pull, { rendered: { dangers, disruptions } })

  expect(result.decision).toBe('red')
  const text = await comment(lane, pull)
  expect(text).toContain('it needs review \\(T3, dangerous\\)')
  expect(text).toContain('- on staging: PersistentVolumeClaim hub\\-db is deleted (storage, T3: data is lost)')
  expect(text).toContain(
    '**What it does to users**\n\n- Deployment hub restarts: it is away for a moment \\(staging\\).',
  )
})
