import { expect, test } from 'vitest'
import { parseChangeCommand } from '../../../../actions/external-change/commands.js'
import { decideStep, type StepFacts } from '../../../../actions/external-change/decide-step.js'
import { soakedCluster } from '../../../../actions/external-change/inspect.js'
import type { ClusterHealth } from '../../../../shared/kube/health.js'

const health: ClusterHealth = { server: 'v1.31.4', nodes: [], unavailable: [], workloads: [] }
const change = { kind: 'other', cluster: 'prod', from: '', to: '', plan: 'x', window: '', 'linked-pull-request': '' }
const begun = { id: 1, schema: 1 as const, issue: 3, by: 'olga', health, at: '2026-03-03T10:00:00Z' }
const ended = (outcome: 'success' | 'failure') => ({ outcome, at: begun.at })
const asked = { change, begun: undefined, ended: undefined }
const ready: StepFacts = { record: asked, word: { says: 'start' }, standing: 'operator', green: true, busy: [] }

test.each<[string, Partial<StepFacts>, unknown]>([
  ['green and begun', {}, { step: 'before' }],
  [
    'something is missing',
    { green: false },
    { step: 'none', tell: expect.stringContaining('Not all requirements are met') },
  ],
  ['no operator', { standing: 'other' }, { step: 'none', tell: undefined }],
  ['nobody can see whether an operator', { standing: 'unknown' }, { step: 'none', tell: undefined }],
  ['another has begun', { busy: [7] }, { step: 'none', tell: expect.stringContaining('#7') }],
  ['begun twice', { record: { ...asked, begun } }, { step: 'none', tell: expect.stringContaining('already') }],
  ['done', { word: { says: 'done' }, record: { ...asked, begun }, green: false }, { step: 'after' }],
  ['done before it began', { word: { says: 'done' } }, { step: 'none', tell: expect.stringContaining('not started') }],
  [
    'done again after it failed',
    { word: { says: 'done' }, record: { change, begun, ended: ended('failure') } },
    { step: 'after' },
  ],
  [
    'done again after it went well',
    { word: { says: 'done' }, record: { change, begun, ended: ended('success') } },
    { step: 'none', tell: expect.stringContaining('finished') },
  ],
  ['another word', { word: { says: 'approve' } }, { step: 'none', tell: undefined }],
  ['no word', { word: undefined }, { step: 'none', tell: undefined }],
])('what a comment starts: %s', (_, differs, expected) => {
  expect(decideStep({ ...ready, ...differs })).toEqual(expected)
})

test.each([
  ['/approve', { says: 'approve' }],
  ['/approve me', undefined],
  ['/approved', undefined],
  ['/hold not today', { says: 'hold', why: 'not today' }],
  [
    '/evidence backup hub-db-17 2026-03-02T09:30Z',
    { says: 'evidence', evidence: 'backup', how: 'hub-db-17 2026-03-02T09:30Z' },
  ],
  ['/evidence backup', undefined],
  ['/evidence staged by me', undefined],
  ['/evidence disruption none', undefined],
  ['I /approve', undefined],
  ['', undefined],
])('the word in %j', (line, word) => {
  expect(parseChangeCommand(line)).toEqual(word)
})

test('it is watched until the end, and only until the first problem', async () => {
  let now = 0
  const clock = {
    now: () => new Date(now),
    sleep: async (time: number) => {
      now += time
    },
  }
  const log = { info: () => {}, warning: () => {}, group: <T>(_: string, body: () => Promise<T>) => body() }
  const rounds: number[] = []
  const ask = async (): Promise<ClusterHealth> => {
    rounds.push(now / 60_000)
    return health
  }
  expect(await soakedCluster(ask, () => [], 12 * 60_000, { clock, log })).toEqual({ health, problems: [] })
  expect(rounds).toEqual([0, 5, 10, 12])
  const from = rounds.length
  const third = (): string[] => (rounds.length - from === 3 ? ['ill'] : [])
  expect((await soakedCluster(ask, third, 60 * 60_000, { clock, log })).problems).toEqual(['ill'])
  expect(rounds.length - from).toBe(3)
})
