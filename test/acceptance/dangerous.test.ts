import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { User } from '../../rehearsal/github/types.js'
import { parseExternalId } from '../../shared/records/gate-check.js'
import { approve, asking, comment, proposeIngress, say, tryStaging } from '../fixtures/gate-commands.js'
import { checksOf, headOf } from '../fixtures/gate-records.js'
import { gateRendered } from '../fixtures/gate-runs.js'
import { type RepositoryPair, startTestGitHub, type TestGitHub } from '../fixtures/repository-pair.js'

// A dangerous change takes two days: the whole test's clock is set, GitHub's as well as the gate's.
const monday = '2026-03-02T09:00:00Z'

let testGitHub: TestGitHub
let pair: RepositoryPair
let [olga, otto]: User[] = []

beforeAll(async () => {
  testGitHub = await startTestGitHub()
  ;[olga, otto] = ['olga', 'otto'].map((login) => testGitHub.createUser(login))
})
afterAll(() => testGitHub[Symbol.asyncDispose]())
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(monday) })
  const policy = (text: string) => `${text.replace('[ada]', '[olga, otto]')}runbook: https://example.org/restore\n`
  pair = await testGitHub.repositoryPair(policy)
})
afterEach(async () => {
  vi.useRealTimers()
  await pair[Symbol.asyncDispose]()
})

const at = (moment: string): void => void vi.setSystemTime(new Date(moment))
/** What the gate's comment says is still missing. */
const missing = async (pull: number): Promise<string[]> =>
  [...(await comment(pair, pull)).matchAll(/^- \[ \] (.*?) \\?\(/gm)].map(
    ([, what]) => what?.replaceAll('\\', '') ?? '',
  )

/** All that can be had on the first day, with a rehearsal. */
async function firstDay(pull: number): Promise<void> {
  await approve(pair, pull, olga, otto)
  await say(pair, olga, pull, '/dry-run', asking)
  await say(pair, otto, pull, '/ack 1')
  await tryStaging(pair, olga, pull)
  await say(pair, otto, pull, '/standby')
  const disruptions = [{ object: 'ingress', downtime: true, text: 'Deployment ingress restarts: it is down.' }]
  await say(pair, olga, pull, '/announced https://example.org/news/1')
  await gateRendered(pair, pull, { rendered: { disruptions } })
}

/** And on the second, but for its start. */
async function secondDay(pull: number): Promise<void> {
  at('2026-03-03T09:30:00Z')
  await tryStaging(pair, otto, pull, '8/1')
  await say(pair, olga, pull, '/evidence backup hub-db-17 2026-03-03T08:00Z')
}

test('a dangerous change is green on its second day, with everything, for an hour', async () => {
  const pull = await proposeIngress(pair, '4.11.0', '5.0.0')
  await firstDay(pull)
  expect(await missing(pull)).toEqual([
    'an operator who starts it now and stays for an hour',
    'a backup not older than 24 hours',
    'two staging trials, at least 24 hours apart',
    'an announcement 24 hours ahead, if there is downtime',
  ])

  await secondDay(pull)
  expect(await missing(pull)).toEqual(['an operator who starts it now and stays for an hour'])
  expect((await say(pair, olga, pull, '/start')).said).toBe('success reviewed')

  const [check] = await checksOf(pair, await headOf(pair, pull))
  expect(parseExternalId(check?.external_id)).toMatchObject({ tier: 'T3', until: new Date('2026-03-03T10:30:00Z') })
  at('2026-03-03T10:30:00Z')
  expect((await gateRendered(pair, pull)).result.decision).toBe('failure')
})

test('not from Friday to Sunday, not with a backup of yesterday, not without somebody who stands by', async () => {
  const pull = await proposeIngress(pair, '4.11.0', '5.0.0')
  await firstDay(pull)
  await secondDay(pull)

  at('2026-03-06T09:00:00Z')
  await say(pair, olga, pull, '/start')
  expect(await missing(pull)).toEqual(['a backup not older than 24 hours', 'an open deploy window'])
  await say(pair, olga, pull, '/evidence backup hub-db-18 2026-03-06T08:00Z')
  expect(await missing(pull)).toEqual(['an open deploy window'])

  at('2026-03-09T07:00:00Z')
  expect((await say(pair, olga, pull, '/start')).said).toBe('failure not-a-pure-bump')
  await say(pair, olga, pull, '/evidence backup hub-db-19 2026-03-09T06:00Z')
  expect((await gateRendered(pair, pull)).result.decision).toBe('success')
  // Who stood by is no operator any more.
  const files = {
    '.github/deploy-policy.yml': ((await pair.deployed('.github/deploy-policy.yml')) ?? '').replace(', otto', ''),
  }
  await pair.push(files)
  await gateRendered(pair, pull)
  expect(await missing(pull)).toContain('an operator on stand-by for the first hour')
})
