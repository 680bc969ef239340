import { expect, test } from 'vitest'
import type { CheckFound, Probe } from '../../../../actions/smoke-test/repeat.js'
import { runSmokeChecks } from '../../../../actions/smoke-test/smoke-checks.js'
import { afterRounds, soakRelease } from '../../../../actions/smoke-test/soak.js'
import { type ProbeRuntime, probeRuntime } from '../../../fixtures/probe-runtime.js'

/** A runtime whose time is only what is slept. */
function timeless(): ProbeRuntime {
  let time = Date.parse('2026-01-01T00:00:00Z')
  const sleep = async (ms: number): Promise<void> => {
    time += ms
  }
  return { ...probeRuntime(), began: time, clock: { now: () => new Date(time), sleep } }
}

const minute = 60_000
const hour = { time: 60 * minute, every: 5 * minute, budget: 1 }

/** Right, but in some askings (from 1) something else. */
function question(
  others: Record<number, CheckFound['is']> = {},
  change: Partial<Probe> = {},
): Probe & { asked: number } {
  const one = {
    name: 'page',
    timeout: 1_000,
    failureThreshold: 1,
    successThreshold: 1,
    asked: 0,
    async ask(): Promise<CheckFound> {
      one.asked += 1
      return { is: others[one.asked] ?? 'right', came: String(one.asked) }
    },
    ...change,
  }
  return one
}

test('an hour of good rounds passes', async () => {
  const page = question()
  const report = await soakRelease([page], hour, 4, timeless())

  expect(report).toMatchObject({
    verdict: 'pass',
    tries: 12,
    came: '12 rounds',
    name: 'soak of 60 min',
    ms: 60 * minute,
  })
  expect(page.asked).toBe(12)
})

test('a round that failed ends it early', async () => {
  const report = await soakRelease([question({ 3: 'wrong' })], hour, 4, timeless())

  expect(report).toMatchObject({
    verdict: 'fail',
    tries: 3,
    came: '3 rounds, in round 3 fail: page: 3',
    ms: 15 * minute,
  })
})

test('within the budget it goes on, and tells what was not clean', async () => {
  const report = await soakRelease([question({ 2: 'unknown' })], hour, 4, timeless())

  expect(report).toMatchObject({ verdict: 'pass', tries: 12, came: '12 rounds, in round 2 inconclusive: page: 2' })
})

test.each([
  [['pass', 'pass'], 1, false, undefined],
  [['pass', 'pass'], 1, true, 'pass'],
  [['flaky'], 1, false, undefined],
  [['flaky', 'flaky'], 1, false, 'flaky'],
  [['flaky', 'pass', 'inconclusive'], 1, false, 'inconclusive'],
  [['flaky'], 0, false, 'flaky'],
  [['pass', 'fail'], 3, false, 'fail'],
] as const)('rounds %j with a budget of %i (over: %s): %s', (rounds, budget, over, verdict) => {
  expect(afterRounds(rounds, budget, over)).toBe(verdict)
})

const limits = { version: minute, total: 40 * minute, parallel: 4, watch: hour }
const rollout = question({}, { name: 'rollout' })

test('the watch begins when everything passed, and leaves out what is too costly', async () => {
  const [page, build] = [question(), question({}, { costly: true })]
  const runtime = { ...timeless(), http: fetch }
  const reports = await runSmokeChecks(
    { rollout, versions: [], questions: [page, build], skipped: [] },
    limits,
    runtime,
  )

  expect(reports.map(({ name }) => name)).toEqual(['rollout', 'page', 'page', 'soak of 60 min'])
  expect([page.asked, build.asked]).toEqual([13, 1])
})

test('there is no watch over what did not pass, nor where the policy wants none', async () => {
  const runtime = { ...timeless(), http: fetch }
  const bad = question({ 1: 'wrong' })
  await runSmokeChecks({ rollout, versions: [], questions: [bad], skipped: [] }, limits, runtime)
  expect(bad.asked).toBe(1)

  const good = question()
  await runSmokeChecks(
    { rollout, versions: [], questions: [good], skipped: [] },
    { ...limits, watch: undefined },
    runtime,
  )
  expect(good.asked).toBe(1)
})

test('while an old pod stays, nothing else is asked', async () => {
  const page = question()
  const stuck = question({ 1: 'wrong' }, { name: 'new pods only' })
  const reports = await runSmokeChecks({ rollout: stuck, versions: [], questions: [page], skipped: [] }, limits, {
    ...timeless(),
    http: fetch,
  })

  expect(reports).toMatchObject([{ verdict: 'fail' }, { verdict: undefined, came: expect.stringContaining('not run') }])
  expect(page.asked).toBe(0)
})
