import { expect, test } from 'vitest'
import { lastSuccess, lastSuccesses, type NewRecord, writeRecord } from '../../../../shared/records/deployments.js'
import type { RecordPlace } from '../../../../shared/records/gate-deployments.js'
import { at, deploy, type EmulatorFixture, startEmulatorFixture } from '../../../fixtures/emulator.js'
import { commitOn } from '../../../fixtures/repository-pair.js'

const record = (commit: string, cluster: string, run: number, change: Partial<NewRecord> = {}): NewRecord => ({
  ...{ schema: 1, cluster, run: `${run}/1`, commit, releases: [], outcome: 'success', description: 'said' },
  ...{ logUrl: 'https://github.test/run', environmentUrl: undefined },
  ...change,
})

async function setUp(fixture: EmulatorFixture): Promise<{ to: RecordPlace; commits: string[] }> {
  const github = fixture.client(await fixture.gateToken()) as never
  const ada = fixture.client(fixture.ada.token) as never
  const commits: string[] = []
  for (const text of ['1', '2']) commits.push(await commitOn(ada, at, 'main', { 'a.txt': text }))
  return { to: { github, repo: deploy, gateBot: fixture.gate.bot }, commits }
}

const clusters = ['staging', 'primary', 'far']
const listsSince = (fixture: EmulatorFixture, from: number): number =>
  fixture.github.requests.slice(from).filter(({ path }) => /\/deployments(\?|$)/.test(path)).length

/** What is asked of each cluster by itself. */
async function oneByOne(to: RecordPlace) {
  const found = await Promise.all(clusters.map(async (name) => [name, await lastSuccess(to, name)] as const))
  return new Map(found)
}

test('every cluster’s last success is found in one list, and a failure since then is none', async () => {
  await using fixture = await startEmulatorFixture()
  const { to, commits } = await setUp(fixture)
  const [first = '', second = ''] = commits
  for (const name of clusters) await writeRecord(to, record(first, name, 1))
  await writeRecord(to, record(second, 'staging', 2))
  await writeRecord(to, record(second, 'primary', 2, { outcome: 'failure', reason: 'smoke-failed' }))
  const from = fixture.github.requests.length
  const found = await lastSuccesses(to, clusters)
  expect(listsSince(fixture, from)).toBe(1)
  expect([...found].map(([name, one]) => [name, one?.commit])).toEqual([
    ['staging', second],
    ['primary', first],
    ['far', first],
  ])
  expect(found).toEqual(await oneByOne(to))
})

test('what a hundred others are newer than is found all the same, and what is not there is not', async () => {
  await using fixture = await startEmulatorFixture()
  const { to, commits } = await setUp(fixture)
  const [first = ''] = commits
  await writeRecord(to, record(first, 'staging', 1))
  for (let one = 0; one < 101; one++) {
    const made = { ...at, ref: first, task: 'deploy', environment: 'other', auto_merge: false, required_contexts: [] }
    await fixture.client(fixture.ada.token).rest.repos.createDeployment(made)
  }
  const found = await lastSuccesses(to, clusters)
  expect(found.get('staging')).toMatchObject({ commit: first, cluster: 'staging' })
  expect(found).toEqual(await oneByOne(to))
})
