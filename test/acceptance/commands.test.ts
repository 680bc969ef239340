import { afterAll, beforeAll, expect, test } from 'vitest'
import type { User } from '../../rehearsal/github/types.js'
import { readChangeEvidence } from '../../shared/records/change-evidence.js'
import { parseExternalId } from '../../shared/records/gate-check.js'
import { commitOn, type Lane, type Stage, startStage } from './code-lane.js'
import { approve, asked, asking, comment, day, later, proposeIngress, say, stageBy } from './commands-world.js'
import { checksOf, headOf } from './gate-records.js'
import { gateHere, gateRendered, heardAs } from './gate-rendered.js'

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

/** More capacity by ada, who is no operator: routine, with objects in the cluster. */
const more = { 'config/primary.yaml': 'web: { replicas: 2 }\n' }
async function proposeRoutine(lane: Lane): Promise<number> {
  await commitOn(lane.client(lane.ada.token), lane.deployAt, 'main', {
    'config/primary.yaml': 'web: { replicas: 1 }\n',
  })
  const pull = await lane.propose('routine', more)
  await gateRendered(lane, pull)
  return pull
}

test.each(['text', 'anything'] as const)(
  'a routine change is green with an approval, what comes out of it, and the word of every cluster (I11: %s)',
  async (moves) => {
    await using lane = await setUp()
    lane.github.openRows.commentUpdates = moves
    const pull = await proposeRoutine(lane)
    await approve(lane, pull, olga)
    await gateRendered(lane, pull)
    expect(await comment(lane, pull)).toContain('- [x] the rendered diff of every cluster')
    expect(await comment(lane, pull)).toContain('comments "/dry\\-run"')

    const asks = await gateHere(lane, pull)
    expect(asks.outputs).toMatchObject({ render: 'true', conclusion: 'failure' })
    const { said, reaction } = await say(lane, olga, pull, '/dry-run', asking)

    expect([said, reaction]).toEqual(['success reviewed', 'eyes,rocket'])
    // It is known from then on.
    expect((await gateRendered(lane, pull)).result.reason).toBe('reviewed')
  },
)

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
  expect(refused.said).toBe('failure not-a-pure-bump')
  expect(refused.answer).toMatch(/@olga A cluster rejected the change or could not be reached/)

  const stopped = await say(lane, olga, pull, '/dry-run', { inputs: { 'dry-run-result': 'cancelled' } })
  expect(stopped.said).toBe('failure not-a-pure-bump')
})

test('what the clusters said about another commit, or without an operator’s word, does not count', async () => {
  await using lane = await setUp()
  const pull = await proposeRoutine(lane)
  await approve(lane, pull, olga)

  const other = { inputs: { ...asking.inputs, commit: 'a'.repeat(40) } }
  expect((await say(lane, olga, pull, '/dry-run', other)).said).toBe('failure not-a-pure-bump')
  expect((await say(lane, mal, pull, '/dry-run', asking)).said).toBe('failure not-a-pure-bump')
  expect((await gateRendered(lane, pull, asking)).result.decision).toBe('failure')

  await say(lane, olga, pull, '/dry-run', asking)
  await commitOn(lane.client(lane.ada.token), lane.deployAt, 'routine', {
    'config/primary.yaml': 'web: { replicas: 3 }',
  })
  await approve(lane, pull, olga)
  expect((await gateRendered(lane, pull)).result.decision).toBe('failure')
  expect(await comment(lane, pull)).toContain('- [ ] a successful API dry\\-run')
})

test('a week later every cluster has to be asked again', async () => {
  await using lane = await setUp()
  const pull = await proposeRoutine(lane)
  await approve(lane, pull, olga)
  await say(lane, olga, pull, '/dry-run', asking)
  const in7days = () => new Date(Date.now() + 7 * 24 * 60 * 60_000)

  expect((await gateRendered(lane, pull, { now: in7days })).result.decision).toBe('failure')
})

test('nothing rendered, or something else, is not known', async () => {
  await using lane = await setUp()
  const pull = await proposeRoutine(lane)
  await approve(lane, pull, olga)
  await say(lane, olga, pull, '/dry-run', asking)

  for (const rendered of ['', '{}', 'nonsense', JSON.stringify({ schema: 1, head: 'a'.repeat(40) })]) {
    const { result } = await gateHere(lane, pull, { inputs: { rendered, 'render-result': 'failure' } })
    expect([rendered, result.decision]).toEqual([rendered, 'failure'])
  }
  expect(await comment(lane, pull)).toContain('job "render"')
})

test('a volume that goes makes it dangerous, whatever its files look like', async () => {
  await using lane = await setUp()
  const pull = await proposeRoutine(lane)
  await approve(lane, pull, olga, otto)
  await say(lane, olga, pull, '/dry-run', asking)
  const dangers = [{ kind: 'volume-deleted' as const, object: 'x', text: 'PersistentVolumeClaim hub-db is deleted.' }]
  const disruptions = [{ object: 'hub', downtime: true, text: 'Deployment hub restarts: it is down for a short time.' }]

  const { result } = await gateRendered(lane, pull, { rendered: { dangers, disruptions } })

  expect(result.decision).toBe('failure')
  const text = await comment(lane, pull)
  expect(text).toContain('it needs review \\(T3, high risk\\)')
  expect(text).toContain('- on staging: PersistentVolumeClaim hub\\-db is deleted (storage, T3: data is lost)')
  expect(text).toContain('**Effect on users**\n\n- Deployment hub restarts: it is down for a short time \\(staging\\).')
})

const proposeCareful = (lane: Lane): Promise<number> => proposeIngress(lane, '4.11.0', '4.12.0')

test('a careful change is green once everything was said, and until the hour of its start is over', async () => {
  await using lane = await setUp()
  const pull = await proposeCareful(lane)
  await approve(lane, pull, olga, otto)
  expect(await comment(lane, pull)).toContain('- **1** it changes the chart ingress\\-nginx from 4.11.0 to 4.12.0')

  await say(lane, olga, pull, '/dry-run', asking)
  await say(lane, otto, pull, '/ack 1')
  await stageBy(lane, olga, pull)
  expect((await gateRendered(lane, pull)).result.decision).toBe('failure')
  expect((await say(lane, olga, pull, '/start')).said).toBe('success reviewed')

  const [check] = await checksOf(lane, await headOf(lane, pull))
  const until = parseExternalId(check?.external_id)?.until?.getTime() ?? 0
  expect(until - Date.now()).toBeGreaterThan(50 * 60_000)
  expect(until - Date.now()).toBeLessThanOrEqual(60 * 60_000)
  expect((await gateRendered(lane, pull, { now: later(61 * 60_000) })).result.decision).toBe('failure')
})

test('a stranger, an edited comment and one from before a push are not heard', async () => {
  await using lane = await setUp()
  const pull = await proposeCareful(lane)
  const ack = '- [ ] an acknowledgement of each numbered item'

  expect(await say(lane, mal, pull, '/ack 1')).toMatchObject({ reaction: 'confused', answer: '' })
  expect(await comment(lane, pull)).toContain(ack)

  const { rest } = asked(lane, olga)
  const { data: note } = await rest.issues.createComment({ ...lane.deployAt, issue_number: pull, body: '/ack 1' })
  const event = heardAs(lane)
  const words = lane.client(lane.ada.token).rest.issues
  await words.updateComment({ ...lane.deployAt, comment_id: note.id, body: 'not yet' })
  await gateRendered(lane, pull, { comment: event })
  expect(await comment(lane, pull)).toContain(ack)

  const { data: early } = await rest.issues.createComment({ ...lane.deployAt, issue_number: pull, body: '/ack 1' })
  const said = heardAs(lane)
  await commitOn(lane.client(lane.ada.token), lane.deployAt, 'ingress', { 'docs/more.md': 'x' })
  await gateRendered(lane, pull, { comment: said })
  expect(await comment(lane, pull)).toContain(ack)
  const reactions = await rest.reactions.listForIssueComment({ ...lane.deployAt, comment_id: early.id })
  expect(reactions.data.map(({ content }) => content)).toEqual(['confused'])

  expect((await say(lane, olga, pull, '/ack 1')).reaction).toBe('rocket')
  expect(await comment(lane, pull)).toContain('- [x] an acknowledgement of each numbered item')
})

test('a word that is heard twice is written down once, and an approval does not stand for it', async () => {
  await using lane = await setUp()
  const pull = await proposeCareful(lane)
  await asked(lane, olga).rest.issues.createComment({ ...lane.deployAt, issue_number: pull, body: '/start' })
  const event = heardAs(lane)
  await gateHere(lane, pull, { comment: event })
  await gateHere(lane, pull, { comment: event })

  const github = lane.client(await lane.token('gate'))
  const words = await readChangeEvidence({ github, repo: lane.deployRepo, gateBot: 90000011 }, pull)
  expect(words.map(({ by, said }) => [by, said.kind])).toEqual([['olga', 'start']])
})

test('what somebody else wrote as a Deployment is no word', async () => {
  await using lane = await setUp()
  const pull = await proposeRoutine(lane)
  await approve(lane, pull, olga)
  const head = await headOf(lane, pull)
  const { outputs } = await gateRendered(lane, pull)
  const digest = 'd'.repeat(64)
  await lane.client(lane.ada.token).rest.repos.createDeployment({
    ...{ ...lane.deployAt, ref: head, task: `evidence/${pull}`, environment: 'lockstep', required_contexts: [] },
    ...{ auto_merge: false, description: 'x' },
    payload: {
      ...{ schema: 1, pull, head, digest, by: 'olga', at: new Date().toISOString(), source: 'comment/1' },
      said: { kind: 'dry-run', ok: true },
    },
  })

  expect(outputs.conclusion).toBe('failure')
  expect((await gateRendered(lane, pull)).outputs.conclusion).toBe('failure')
})

test('an operator’s hold stops what is green, a bump as well, until one lifts it', async () => {
  await using lane = await setUp()
  const { merge, commit } = await lane.merge(lane.ada)
  lane.publish(commit)
  const pull = Number((await lane.bump(merge)).outputs['pull-request-number'])
  expect((await gateHere(lane, pull)).result.reason).toBe('pure-bump')

  expect((await say(lane, mal, pull, '/hold no')).said).toBe('success pure-bump')
  expect((await say(lane, olga, pull, '/hold a talk at noon')).said).toBe('failure version-blocked')
  expect(await comment(lane, pull)).toContain('a talk at noon')
  expect((await say(lane, mal, pull, '/unhold')).said).toBe('failure version-blocked')
  expect((await say(lane, otto, pull, '/unhold')).said).toBe('success pure-bump')
})

const incident = '/break-glass https://example.org/incident/1 nobody gets in'

test('break-glass: one operator, without staging and waiting, never without the clusters’ word; somebody looks at it later', async () => {
  await using lane = await setUp()
  const pull = await proposeCareful(lane)
  await say(lane, otto, pull, '/ack 1')
  expect(await say(lane, mal, pull, incident)).toMatchObject({ reaction: 'confused', answer: '' })
  expect((await say(lane, olga, pull, incident)).said).toBe('failure not-a-pure-bump')
  expect(await comment(lane, pull)).toContain('You need a successful API dry\\-run')

  expect((await say(lane, olga, pull, '/dry-run', asking)).said).toBe('success break-glass')
  const [check] = await checksOf(lane, await headOf(lane, pull))
  expect(parseExternalId(check?.external_id)).toMatchObject({ breakGlass: true, tier: 'T2' })
  expect((await gateRendered(lane, pull, { now: later(2 * 60 * 60_000) })).result.decision).toBe('failure')

  const { rest } = lane.client(lane.ada.token)
  const { data: debts } = await rest.issues.listForRepo({ ...lane.deployAt, labels: 'deploy-break-glass' })
  expect(debts.map(({ title }) => title)).toEqual([`Break-glass: another operator has to review #${pull}`])

  // A week later nothing careful is merged until another operator has closed it.
  const week = { now: later(8 * day) }
  await gateRendered(lane, pull, week)
  expect(await comment(lane, pull)).toContain('a review of an earlier break\\-glass')
  const close = (by: User | undefined, state: 'open' | 'closed') =>
    asked(lane, by).rest.issues.update({ ...lane.deployAt, issue_number: debts[0]?.number ?? 0, state })
  await close(lane.ada, 'closed')
  await gateRendered(lane, pull, week)
  expect(await comment(lane, pull)).toContain('a review of an earlier break\\-glass')
})
