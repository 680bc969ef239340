import { afterAll, beforeAll, expect, test } from 'vitest'
import type { User } from '../../rehearsal/github/types.js'
import { readChangeEvidence } from '../../shared/records/change-evidence.js'
import { parseExternalId } from '../../shared/records/gate-check.js'
import {
  approve,
  asked,
  asking,
  comment,
  day,
  later,
  proposeIngress,
  say,
  tryStaging,
} from '../fixtures/gate-commands.js'
import { checksOf, headOf } from '../fixtures/gate-records.js'
import { gateHere, gateRendered, heardAs } from '../fixtures/gate-runs.js'
import { commitOn, type RepositoryPair, startTestGitHub, type TestGitHub } from '../fixtures/repository-pair.js'

let testGitHub: TestGitHub
let [olga, otto, mal]: User[] = []

const setUp = (): Promise<RepositoryPair> =>
  testGitHub.repositoryPair((policy) => policy.replace('operators: [ada]', 'operators: [olga, otto]'))

beforeAll(async () => {
  testGitHub = await startTestGitHub()
  const pair = await setUp()
  ;[olga, otto, mal] = ['olga', 'otto', 'mal'].map((login) => pair.github.createUser(login))
  await pair[Symbol.asyncDispose]()
})

afterAll(() => testGitHub[Symbol.asyncDispose]())

/** More capacity by ada, who is no operator: routine, with objects in the cluster. */
const more = { 'config/primary.yaml': 'web: { replicas: 2 }\n' }
async function proposeRoutine(pair: RepositoryPair): Promise<number> {
  await commitOn(pair.client(pair.ada.token), pair.deployAt, 'main', {
    'config/primary.yaml': 'web: { replicas: 1 }\n',
  })
  const pull = await pair.propose('routine', more)
  await gateRendered(pair, pull)
  return pull
}

test.each(['text', 'anything'] as const)(
  'a routine change is green with an approval, what comes out of it, and the word of every cluster (I11: %s)',
  async (moves) => {
    await using pair = await setUp()
    pair.github.openRows.commentUpdates = moves
    const pull = await proposeRoutine(pair)
    await approve(pair, pull, olga)
    await gateRendered(pair, pull)
    expect(await comment(pair, pull)).toContain('- [x] the rendered diff of every cluster')
    expect(await comment(pair, pull)).toContain('comments "/dry\\-run"')

    const asks = await gateHere(pair, pull)
    expect(asks.outputs).toMatchObject({ render: 'true', conclusion: 'failure' })
    const { said, reaction } = await say(pair, olga, pull, '/dry-run', asking)

    expect([said, reaction]).toEqual(['success reviewed', 'eyes,rocket'])
    // It is known from then on.
    expect((await gateRendered(pair, pull)).result.reason).toBe('reviewed')
  },
)

test('the first job says which clusters to ask, and only where an operator wants it', async () => {
  await using pair = await setUp()
  const pull = await proposeRoutine(pair)
  const hear = async (by: User | undefined) => {
    await asked(pair, by).rest.issues.createComment({ ...pair.deployAt, issue_number: pull, body: '/dry-run' })
    return (await gateHere(pair, pull, { comment: heardAs(pair) })).outputs['dry-run']
  }

  expect(await hear(mal)).toBeUndefined()
  expect(JSON.parse((await hear(olga)) ?? '')).toEqual([{ cluster: 'staging', optional: false }])
})

test('a cluster that would refuse it keeps it red, and the one who asked is told where to look', async () => {
  await using pair = await setUp()
  const pull = await proposeRoutine(pair)
  await approve(pair, pull, olga)

  const refused = await say(pair, olga, pull, '/dry-run', { inputs: { 'dry-run-result': 'failure' } })
  expect(refused.said).toBe('failure not-a-pure-bump')
  expect(refused.answer).toMatch(/@olga A cluster rejected the change or could not be reached/)

  const stopped = await say(pair, olga, pull, '/dry-run', { inputs: { 'dry-run-result': 'cancelled' } })
  expect(stopped.said).toBe('failure not-a-pure-bump')
})

test('what the clusters said about another commit, or without an operator’s word, does not count', async () => {
  await using pair = await setUp()
  const pull = await proposeRoutine(pair)
  await approve(pair, pull, olga)

  const other = { inputs: { ...asking.inputs, commit: 'a'.repeat(40) } }
  expect((await say(pair, olga, pull, '/dry-run', other)).said).toBe('failure not-a-pure-bump')
  expect((await say(pair, mal, pull, '/dry-run', asking)).said).toBe('failure not-a-pure-bump')
  expect((await gateRendered(pair, pull, asking)).result.decision).toBe('failure')

  await say(pair, olga, pull, '/dry-run', asking)
  await commitOn(pair.client(pair.ada.token), pair.deployAt, 'routine', {
    'config/primary.yaml': 'web: { replicas: 3 }',
  })
  await approve(pair, pull, olga)
  expect((await gateRendered(pair, pull)).result.decision).toBe('failure')
  expect(await comment(pair, pull)).toContain('- [ ] a successful API dry\\-run')
})

test('a week later every cluster has to be asked again', async () => {
  await using pair = await setUp()
  const pull = await proposeRoutine(pair)
  await approve(pair, pull, olga)
  await say(pair, olga, pull, '/dry-run', asking)
  const in7days = () => new Date(Date.now() + 7 * 24 * 60 * 60_000)

  expect((await gateRendered(pair, pull, { now: in7days })).result.decision).toBe('failure')
})

test('nothing rendered, or something else, is not known', async () => {
  await using pair = await setUp()
  const pull = await proposeRoutine(pair)
  await approve(pair, pull, olga)
  await say(pair, olga, pull, '/dry-run', asking)

  for (const rendered of ['', '{}', 'nonsense', JSON.stringify({ schema: 1, head: 'a'.repeat(40) })]) {
    const { result } = await gateHere(pair, pull, { inputs: { rendered, 'render-result': 'failure' } })
    expect([rendered, result.decision]).toEqual([rendered, 'failure'])
  }
  expect(await comment(pair, pull)).toContain('job "render"')
})

test('a volume that goes makes it dangerous, whatever its files look like', async () => {
  await using pair = await setUp()
  const pull = await proposeRoutine(pair)
  await approve(pair, pull, olga, otto)
  await say(pair, olga, pull, '/dry-run', asking)
  const dangers = [{ kind: 'volume-deleted' as const, object: 'x', text: 'PersistentVolumeClaim hub-db is deleted.' }]
  const disruptions = [{ object: 'hub', downtime: true, text: 'Deployment hub restarts: it is down for a short time.' }]

  const { result } = await gateRendered(pair, pull, { rendered: { dangers, disruptions } })

  expect(result.decision).toBe('failure')
  const text = await comment(pair, pull)
  expect(text).toContain('it needs review \\(T3, high risk\\)')
  expect(text).toContain('- on staging: PersistentVolumeClaim hub\\-db is deleted (storage, T3: data is lost)')
  expect(text).toContain('**Effect on users**\n\n- Deployment hub restarts: it is down for a short time \\(staging\\).')
})

const proposeCareful = (pair: RepositoryPair): Promise<number> => proposeIngress(pair, '4.11.0', '4.12.0')

test('a careful change is green once everything was said, and until the hour of its start is over', async () => {
  await using pair = await setUp()
  const pull = await proposeCareful(pair)
  await approve(pair, pull, olga, otto)
  expect(await comment(pair, pull)).toContain('- **1** it changes the chart ingress\\-nginx from 4.11.0 to 4.12.0')

  await say(pair, olga, pull, '/dry-run', asking)
  await say(pair, otto, pull, '/ack 1')
  await tryStaging(pair, olga, pull)
  expect((await gateRendered(pair, pull)).result.decision).toBe('failure')
  expect((await say(pair, olga, pull, '/start')).said).toBe('success reviewed')

  const [check] = await checksOf(pair, await headOf(pair, pull))
  const until = parseExternalId(check?.external_id)?.until?.getTime() ?? 0
  expect(until - Date.now()).toBeGreaterThan(50 * 60_000)
  expect(until - Date.now()).toBeLessThanOrEqual(60 * 60_000)
  expect((await gateRendered(pair, pull, { now: later(61 * 60_000) })).result.decision).toBe('failure')
})

test('a stranger, an edited comment and one from before a push are not heard', async () => {
  await using pair = await setUp()
  const pull = await proposeCareful(pair)
  const ack = '- [ ] an acknowledgement of each numbered item'

  expect(await say(pair, mal, pull, '/ack 1')).toMatchObject({ reaction: 'confused', answer: '' })
  expect(await comment(pair, pull)).toContain(ack)

  const { rest } = asked(pair, olga)
  const { data: note } = await rest.issues.createComment({ ...pair.deployAt, issue_number: pull, body: '/ack 1' })
  const event = heardAs(pair)
  const words = pair.client(pair.ada.token).rest.issues
  await words.updateComment({ ...pair.deployAt, comment_id: note.id, body: 'not yet' })
  await gateRendered(pair, pull, { comment: event })
  expect(await comment(pair, pull)).toContain(ack)

  const { data: early } = await rest.issues.createComment({ ...pair.deployAt, issue_number: pull, body: '/ack 1' })
  const said = heardAs(pair)
  await commitOn(pair.client(pair.ada.token), pair.deployAt, 'ingress', { 'docs/more.md': 'x' })
  await gateRendered(pair, pull, { comment: said })
  expect(await comment(pair, pull)).toContain(ack)
  const reactions = await rest.reactions.listForIssueComment({ ...pair.deployAt, comment_id: early.id })
  expect(reactions.data.map(({ content }) => content)).toEqual(['confused'])

  expect((await say(pair, olga, pull, '/ack 1')).reaction).toBe('rocket')
  expect(await comment(pair, pull)).toContain('- [x] an acknowledgement of each numbered item')
})

test('a word that is heard twice is written down once, and an approval does not stand for it', async () => {
  await using pair = await setUp()
  const pull = await proposeCareful(pair)
  await asked(pair, olga).rest.issues.createComment({ ...pair.deployAt, issue_number: pull, body: '/start' })
  const event = heardAs(pair)
  await gateHere(pair, pull, { comment: event })
  await gateHere(pair, pull, { comment: event })

  const github = pair.client(await pair.token('gate'))
  const words = await readChangeEvidence({ github, repo: pair.deployRepo, gateBot: 90000011 }, pull)
  expect(words.map(({ by, said }) => [by, said.kind])).toEqual([['olga', 'start']])
})

test('what somebody else wrote as a Deployment is no word', async () => {
  await using pair = await setUp()
  const pull = await proposeRoutine(pair)
  await approve(pair, pull, olga)
  const head = await headOf(pair, pull)
  const { outputs } = await gateRendered(pair, pull)
  const digest = 'd'.repeat(64)
  await pair.client(pair.ada.token).rest.repos.createDeployment({
    ...{ ...pair.deployAt, ref: head, task: `evidence/${pull}`, environment: 'lockstep', required_contexts: [] },
    ...{ auto_merge: false, description: 'x' },
    payload: {
      ...{ schema: 1, pull, head, digest, by: 'olga', at: new Date().toISOString(), source: 'comment/1' },
      said: { kind: 'dry-run', ok: true },
    },
  })

  expect(outputs.conclusion).toBe('failure')
  expect((await gateRendered(pair, pull)).outputs.conclusion).toBe('failure')
})

test('an operator’s hold stops what is green, a bump as well, until one lifts it', async () => {
  await using pair = await setUp()
  const { merge, commit } = await pair.merge(pair.ada)
  pair.publish(commit)
  const pull = Number((await pair.bump(merge)).outputs['pull-request-number'])
  expect((await gateHere(pair, pull)).result.reason).toBe('pure-bump')

  expect((await say(pair, mal, pull, '/hold no')).said).toBe('success pure-bump')
  expect((await say(pair, olga, pull, '/hold a talk at noon')).said).toBe('failure version-blocked')
  expect(await comment(pair, pull)).toContain('a talk at noon')
  expect((await say(pair, mal, pull, '/unhold')).said).toBe('failure version-blocked')
  expect((await say(pair, otto, pull, '/unhold')).said).toBe('success pure-bump')
})

const incident = '/break-glass https://example.org/incident/1 nobody gets in'

test('break-glass: one operator, without staging and waiting, never without the clusters’ word; somebody looks at it later', async () => {
  await using pair = await setUp()
  const pull = await proposeCareful(pair)
  await say(pair, otto, pull, '/ack 1')
  expect(await say(pair, mal, pull, incident)).toMatchObject({ reaction: 'confused', answer: '' })
  expect((await say(pair, olga, pull, incident)).said).toBe('failure not-a-pure-bump')
  expect(await comment(pair, pull)).toContain('You need a successful API dry\\-run')

  expect((await say(pair, olga, pull, '/dry-run', asking)).said).toBe('success break-glass')
  const [check] = await checksOf(pair, await headOf(pair, pull))
  expect(parseExternalId(check?.external_id)).toMatchObject({ breakGlass: true, tier: 'T2' })
  expect((await gateRendered(pair, pull, { now: later(2 * 60 * 60_000) })).result.decision).toBe('failure')

  const { rest } = pair.client(pair.ada.token)
  const { data: debts } = await rest.issues.listForRepo({ ...pair.deployAt, labels: 'deploy-break-glass' })
  expect(debts.map(({ title }) => title)).toEqual([`Break-glass: another operator has to review #${pull}`])

  // A week later nothing careful is merged until another operator has closed it.
  const week = { now: later(8 * day) }
  await gateRendered(pair, pull, week)
  expect(await comment(pair, pull)).toContain('a review of an earlier break\\-glass')
  const close = (by: User | undefined, state: 'open' | 'closed') =>
    asked(pair, by).rest.issues.update({ ...pair.deployAt, issue_number: debts[0]?.number ?? 0, state })
  await close(pair.ada, 'closed')
  await gateRendered(pair, pull, week)
  expect(await comment(pair, pull)).toContain('a review of an earlier break\\-glass')
})
