import { expect, test } from 'vitest'
import { type NewTrialRecord, trialsAt, writeTrial } from '../../../../shared/records/staging-trials.js'
import { deploymentsStore } from './deployments-store.js'

const gateBot = 7
const head = 'a'.repeat(40)
const digest = 'd'.repeat(64)
const main = 'c'.repeat(40)
const staging = (change: Partial<NewTrialRecord> = {}): NewTrialRecord => ({
  ...{ schema: 1, pull: 12, head, digest, run: '5/1', cluster: 'staging', passed: true },
  ...{ ref: main, logUrl: 'https://github.test/run', description: 'There and back and there.' },
  ...change,
})

/** What the gate App reads after it wrote these. */
function trialStore() {
  const store = deploymentsStore()
  const place = () => ({ github: store.as(gateBot), repo: 'org/deploy', gateBot })
  const write = (change: Partial<NewTrialRecord> = {}) => writeTrial(place(), staging(change))
  return { ...store, place, write, read: (of = digest, cluster = 'staging') => trialsAt(place(), cluster, of) }
}

test('what went there and back is read back with its date, for exactly this change on this cluster', async () => {
  const { write, read, kept } = trialStore()
  await write()
  expect(await read()).toEqual({ schema: 1, pull: 12, head, digest, run: '5/1', at: kept[0]?.statuses[0]?.created_at })
  expect([await read('e'.repeat(64)), await read(digest, 'primary')]).toEqual([undefined, undefined])
})

test('it is no deploy of main, and leaves the one that the environment shows', async () => {
  const { write, kept } = trialStore()
  await write()
  expect(kept).toMatchObject([
    { task: 'staging-trial', sha: main, statuses: [{ state: 'success', auto_inactive: false }] },
  ])
})

test('how the last try ended counts', async () => {
  const { write, read } = trialStore()
  await write()
  await write({ run: '6/1', passed: false })
  expect(await read()).toBeUndefined()
  await write({ run: '7/1' })
  expect((await read())?.run).toBe('7/1')
})

test('a try without an ending says nothing about the one before', async () => {
  const { write, read, place, kept } = trialStore()
  await write()
  await write({ run: '6/1' })
  kept.at(-1)?.statuses.splice(0)
  expect((await trialsAt(place(), 'staging', digest))?.run).toBe('5/1')
  expect((await read())?.run).toBe('5/1')
})

test('what was written twice is there once, and what was cut off before its status gets one', async () => {
  const { write, kept } = trialStore()
  expect([await write(), await write()]).toEqual(['written', 'up-to-date'])
  kept[0]?.statuses.splice(0)
  expect(await write()).toBe('written')
  expect([kept.length, kept[0]?.statuses.length]).toEqual([1, 1])
})

test.each([
  ["another App's bot", { id: 8, type: 'Bot', login: 'lockstep-gate-2[bot]' }],
  ['a person', { id: 9, type: 'User', login: 'ada' }],
  ['a person of that number', { id: gateBot, type: 'User', login: 'lockstep-gate' }],
  ['an account that is gone', null],
])('nothing that %s wrote is believed', async (_, creator) => {
  const { read, write, kept } = trialStore()
  await write()
  for (const one of kept) one.creator = creator
  expect(await read()).toBeUndefined()
  for (const one of kept.flatMap(({ statuses }) => statuses)) one.creator = creator
  expect(await read()).toBeUndefined()
})

test('nor is what it made if somebody else said how it ended', async () => {
  const { read, write, kept } = trialStore()
  await write()
  for (const one of kept.flatMap(({ statuses }) => statuses)) one.creator = { id: 8, type: 'Bot', login: 'x[bot]' }
  expect(await read()).toBeUndefined()
})

test('a token of another App is told by its number, which stands in the error', async () => {
  const { as, kept } = trialStore()
  const wrong = writeTrial({ github: as(8), repo: 'org/deploy', gateBot }, staging())
  await expect(wrong).rejects.toMatchObject({
    reason: 'misconfigured',
    message: 'apps.gate.bot is 7, but this token writes as 8 (8[bot]): write `bot: 8`.',
  })
  expect(kept).toMatchObject([{ statuses: [] }])
})

test('a status of somebody else makes no proof of a failure', async () => {
  const { write, read, as, kept } = trialStore()
  await write({ passed: false })
  const github = as(undefined) as { rest: { repos: { createDeploymentStatus(said: object): Promise<void> } } }
  await github.rest.repos.createDeploymentStatus({ deployment_id: kept[0]?.id, state: 'success' })
  expect(await read()).toBeUndefined()
})

test.each([
  { pull: 0, head, digest, schema: 1, run: '5/1' },
  { pull: 12, head: head.slice(0, 7), digest, schema: 1, run: '5/1' },
  { pull: 12, head, digest, schema: 2, run: '5/1' },
  'no JSON',
])('a deployment that says something else is none: %j', async (payload) => {
  const { read, write, kept } = trialStore()
  await write()
  for (const one of kept) one.payload = payload
  expect(await read()).toBeUndefined()
})

test('GitHub may give the payload back as text', async () => {
  const { read, write, kept } = trialStore()
  await write()
  for (const one of kept) one.payload = JSON.stringify(one.payload)
  expect((await read())?.pull).toBe(12)
})
