import { expect, test } from 'vitest'
import type { GitHub } from '../../../../shared/github/client.js'
import { writeRecord } from '../../../../shared/records/deployments.js'
import { deployDurations, durationsOf, median } from '../../../../shared/records/durations.js'
import { deploy, at as repo, startEmulatorFixture } from '../../../fixtures/emulator.js'

const at = (minute: number): string => `2026-11-23T10:${String(minute).padStart(2, '0')}:00Z`

const gate = { __typename: 'Bot', databaseId: 7 }
const sha = (name: string): string => Buffer.from(name).toString('hex').padEnd(40, '0')
const record = (commit: string, cluster = 'staging') => ({ schema: 1, cluster, run: '1/1', commit, releases: [] })
const deployment = (name: string, ...rest: [number, [string, number][], object?]) => made(sha(name), ...rest)

const made = (commitOid: string, merged: number, states: [state: string, minute: number][], more = {}) => ({
  task: 'deploy',
  commitOid,
  commit: { committedDate: at(merged) },
  environment: 'staging',
  creator: gate,
  payload: JSON.stringify(record(commitOid)),
  statuses: { nodes: states.map(([state, minute]) => ({ state, createdAt: at(minute), creator: gate })) },
  ...more,
})

const minutes = (given: Parameters<typeof durationsOf>[0]): number[] => durationsOf(given, 7).map((ms) => ms / 60_000)

test('a deploy takes from the merge to the last cluster’s success, newest deploy first', () => {
  const older = deployment('a', 0, [
    ['SUCCESS', 5],
    ['INACTIVE', 30],
  ])
  expect(minutes([deployment('b', 20, [['SUCCESS', 29]]), deployment('b', 20, [['SUCCESS', 24]]), older])).toEqual([
    9, 5,
  ])
})

test('what failed, is not over, or is not ours tells nothing', () => {
  const failed = [deployment('a', 0, [['SUCCESS', 5]]), deployment('a', 0, [['FAILURE', 6]])]
  const running = deployment('b', 0, [['IN_PROGRESS', 5]])
  const byHand = deployment('c', 0, [['SUCCESS', 5]], { creator: { __typename: 'User' } })
  const other = deployment('d', 0, [['SUCCESS', 5]], { task: 'docs' })
  expect(minutes([...failed, running, byHand, other])).toEqual([])
})

test.each([
  ['a bot that is not the gate’s', { creator: { __typename: 'Bot', databaseId: 8 } }],
  ['a person with the bot’s number', { creator: { __typename: 'User', databaseId: 7 } }],
  ['a job with `environment:`', { payload: '{}' }],
  ['no payload', { payload: null }],
  ['another commit than it names', { payload: JSON.stringify(record(sha('z'))) }],
  ['another cluster than it names', { payload: JSON.stringify(record(sha('a'), 'primary')) }],
])('a Deployment by or of %s tells nothing', (_, more) => {
  expect(minutes([deployment('a', 0, [['SUCCESS', 5]], more)])).toEqual([])
})

test('nor does a status of somebody else, and a payload may be JSON in JSON', () => {
  const states = [
    { state: 'FAILURE', createdAt: at(50), creator: { __typename: 'User' } },
    { state: 'SUCCESS', createdAt: at(50), creator: { __typename: 'Bot', databaseId: 8 } },
    { state: 'SUCCESS', createdAt: at(5), creator: gate },
  ]
  const payload = JSON.stringify(JSON.stringify(record(sha('a'))))
  expect(minutes([deployment('a', 0, [], { statuses: { nodes: states }, payload })])).toEqual([5])
})

test('only the last twenty count', () => {
  const many = Array.from({ length: 30 }, (_, index) => deployment(`c${index}`, 0, [['SUCCESS', index]]))
  expect(minutes(many)).toHaveLength(20)
})

test('the median is one of them, and of none there is none', () => {
  expect([median([9, 1, 5]), median([4, 2]), median([])]).toEqual([5, 2, undefined])
})

test('of what the gate App recorded and another bot deployed, only the record counts', async () => {
  await using fixture = await startEmulatorFixture()
  const github: GitHub = fixture.client(await fixture.gateToken())
  const commit = (await github.rest.git.getRef({ ...repo, ref: 'heads/main' })).data.object.sha
  const measured = { github, repo: deploy, gateBot: fixture.gate.bot, clusters: ['staging'] }
  const pages = {
    ...repo,
    ref: 'main',
    task: 'deploy',
    environment: 'staging',
    auto_merge: false,
    required_contexts: [],
  }
  const { data } = await github.rest.repos.createDeployment({ ...pages, payload: {} })
  const deployment_id = 'id' in data ? data.id : 0
  await github.rest.repos.createDeploymentStatus({ ...repo, deployment_id, state: 'success' })
  expect(await deployDurations(measured)).toEqual([])
  await writeRecord(measured, {
    ...{ schema: 1, cluster: 'staging', run: '1/1', commit, releases: [], verdict: 'pass', outcome: 'success' },
    ...{ logUrl: 'https://github.test/run', environmentUrl: undefined, description: 'verified' },
  })
  expect(await deployDurations(measured)).toHaveLength(1)
  expect(await deployDurations({ ...measured, gateBot: fixture.gate.bot + 1 })).toEqual([])
})
