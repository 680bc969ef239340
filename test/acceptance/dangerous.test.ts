import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { User } from '../../rehearsal/github/types.js'
import { parseExternalId } from '../../shared/records/gate-check.js'
import { type Lane, type Stage, startStage } from './code-lane.js'
import { approve, asking, comment, proposeIngress, say, stageBy } from './commands-world.js'
import { checksOf, headOf } from './gate-records.js'
import { gateRendered } from './gate-rendered.js'

// A dangerous change takes two days: the whole world's clock is set, GitHub's as well as the gate's.
const monday = '2026-03-02T09:00:00Z'

let stage: Stage
let lane: Lane
let [olga, otto]: User[] = []

beforeAll(async () => {
  stage = await startStage()
  ;[olga, otto] = ['olga', 'otto'].map((login) => stage.createUser(login))
})
afterAll(() => stage[Symbol.asyncDispose]())
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(monday) })
  const policy = (text: string) => `${text.replace('[ada]', '[olga, otto]')}runbook: https://example.org/restore\n`
  lane = await stage.lane(policy)
})
afterEach(async () => {
  vi.useRealTimers()
  await lane[Symbol.asyncDispose]()
})

const at = (moment: string): void => void vi.setSystemTime(new Date(moment))
/** What the gate's comment says is still missing. */
const missing = async (pull: number): Promise<string[]> =>
  [...(await comment(lane, pull)).matchAll(/^- \[ \] (.*?) \\?\(/gm)].map(
    ([, what]) => what?.replaceAll('\\', '') ?? '',
  )

/** All that can be had on the first day, with a rehearsal. */
async function firstDay(pull: number): Promise<void> {
  await approve(lane, pull, olga, otto)
  await say(lane, olga, pull, '/dry-run', asking)
  await say(lane, otto, pull, '/ack 1')
  await stageBy(lane, olga, pull)
  await say(lane, otto, pull, '/standby')
  const disruptions = [{ object: 'ingress', downtime: true, text: 'Deployment ingress restarts: it is down.' }]
  await say(lane, olga, pull, '/announced https://example.org/news/1')
  await gateRendered(lane, pull, { rendered: { disruptions } })
}

/** And on the second, but for its start. */
async function secondDay(pull: number): Promise<void> {
  at('2026-03-03T09:30:00Z')
  await stageBy(lane, otto, pull, '8/1')
  await say(lane, olga, pull, '/evidence backup hub-db-17 2026-03-03T08:00Z')
}

test('a dangerous change is green on its second day, with everything, for an hour', async () => {
  const pull = await proposeIngress(lane, '4.11.0', '5.0.0')
  await firstDay(pull)
  expect(await missing(pull)).toEqual([
    'an operator who starts it now and stays for an hour',
    'a backup not older than 24 hours',
    'two staging trials, at least 24 hours apart',
    'an announcement 24 hours ahead, if there is downtime',
  ])

  await secondDay(pull)
  expect(await missing(pull)).toEqual(['an operator who starts it now and stays for an hour'])
  expect((await say(lane, olga, pull, '/start')).said).toBe('success reviewed')

  const [check] = await checksOf(lane, await headOf(lane, pull))
  expect(parseExternalId(check?.external_id)).toMatchObject({ tier: 'T3', until: new Date('2026-03-03T10:30:00Z') })
  at('2026-03-03T10:30:00Z')
  expect((await gateRendered(lane, pull)).result.decision).toBe('failure')
})

test('not from Friday to Sunday, not with a backup of yesterday, not without somebody who stands by', async () => {
  const pull = await proposeIngress(lane, '4.11.0', '5.0.0')
  await firstDay(pull)
  await secondDay(pull)

  at('2026-03-06T09:00:00Z')
  await say(lane, olga, pull, '/start')
  expect(await missing(pull)).toEqual(['a backup not older than 24 hours', 'an open deploy window'])
  await say(lane, olga, pull, '/evidence backup hub-db-18 2026-03-06T08:00Z')
  expect(await missing(pull)).toEqual(['an open deploy window'])

  at('2026-03-09T07:00:00Z')
  expect((await say(lane, olga, pull, '/start')).said).toBe('failure not-a-pure-bump')
  await say(lane, olga, pull, '/evidence backup hub-db-19 2026-03-09T06:00Z')
  expect((await gateRendered(lane, pull)).result.decision).toBe('success')
  // Who stood by is no operator any more.
  const files = {
    '.github/deploy-policy.yml': ((await lane.deployed('.github/deploy-policy.yml')) ?? '').replace(', otto', ''),
  }
  await lane.push(files)
  await gateRendered(lane, pull)
  expect(await missing(pull)).toContain('an operator on stand-by for the first hour')
})
