import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { runCheck } from '../../../../actions/smoke-test/check.js'
import { type CheckReport, verdictOf, worst } from '../../../../actions/smoke-test/verdict.js'
import { serve } from './server.js'

/** A clock that waits a tenth of what it is asked to: deadlines stay real, pauses do not cost the test. */
const clock = { now: () => new Date(), sleep: (ms: number) => delay(ms / 10).then(() => undefined) }
const world = { http: fetch, clock }

test('a right answer at the first try is a pass', async () => {
  await using server = await serve((_, response) => response.end('ok'))

  expect(await runCheck({ url: `${server.url}/health`, status: 200, within: 1000 }, world)).toMatchObject({
    verdict: 'pass',
    tries: 1,
    came: '200',
  })
})

test('a right answer after a wrong one is flaky, and says what came first', async () => {
  await using server = await serve((count, response) => response.writeHead(count === 1 ? 503 : 200).end())

  expect(await runCheck({ url: server.url, status: 200, within: 5000 }, world)).toMatchObject({
    verdict: 'flaky',
    tries: 2,
    came: '200, but first 503',
  })
})

test('wrong answers until the deadline are a fail that names both', async () => {
  await using server = await serve((_, response) => response.writeHead(500).end())

  const report = await runCheck({ url: server.url, status: 200, within: 300 }, world)
  expect(report).toMatchObject({ verdict: 'fail', came: '500, not 200' })
  expect(report.tries).toBeGreaterThan(1)
})

test('a redirect is an answer of its own, and is told', async () => {
  await using server = await serve((_, response) => response.writeHead(302, { location: 'https://elsewhere/' }).end())

  expect(await runCheck({ url: server.url, status: 200, within: 100 }, world)).toMatchObject({
    verdict: 'fail',
    came: '302 to https://elsewhere/, not 200',
  })
})

test('a refused connection is a fail: somebody answered, and it was not the service', async () => {
  const server = await serve(() => {})
  await server[Symbol.asyncDispose]()

  expect(await runCheck({ url: server.url, status: 200, within: 200 }, world)).toMatchObject({
    verdict: 'fail',
    came: expect.stringContaining('ECONNREFUSED'),
  })
})

test('a reset connection is a fail', async () => {
  await using server = await serve((_, response) => response.destroy())

  expect((await runCheck({ url: server.url, status: 200, within: 200 }, world)).verdict).toBe('fail')
})

test('a body that does not come to an end is a fail within the deadline', async () => {
  await using server = await serve((_, response) => response.writeHead(200).write('half'))

  expect(await runCheck({ url: server.url, status: 200, within: 300 }, world)).toMatchObject({
    verdict: 'fail',
    came: expect.stringContaining('no answer within'),
  })
})

test('an unknown name is inconclusive', async () => {
  const http: typeof fetch = () => {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }) })
  }

  expect(
    await runCheck({ url: 'https://nowhere.invalid/', status: 200, within: 100 }, { ...world, http }),
  ).toMatchObject({ verdict: 'inconclusive', came: 'ENOTFOUND' })
})

test('an unknown name is what fetch really says of a name that does not exist', async () => {
  const report = await runCheck({ url: 'http://lockstep.invalid/', status: 200, within: 50 }, world)
  expect(report.verdict).toBe('inconclusive')
})

test.each([
  [['right'], 'pass'],
  [['wrong', 'right'], 'flaky'],
  [['unknown', 'right'], 'flaky'],
  [['wrong', 'wrong'], 'fail'],
  [['unknown', 'wrong'], 'fail'],
  [['wrong', 'unknown'], 'fail'],
  [['unknown', 'unknown'], 'inconclusive'],
  [[], 'inconclusive'],
] as const)('tries %j are %s', (tries, verdict) => {
  expect(verdictOf([...tries])).toBe(verdict)
})

const report = (verdict: CheckReport['verdict']): CheckReport => ({ asked: '', came: '', tries: 1, ms: 1, verdict })

test.each([
  [['pass', 'pass'], 'pass'],
  [['pass', undefined], 'pass'],
  [['pass', 'flaky'], 'flaky'],
  [['flaky', 'inconclusive', 'pass'], 'inconclusive'],
  [['inconclusive', 'fail', 'flaky'], 'fail'],
  [[undefined], 'inconclusive'],
  [[], 'inconclusive'],
] as const)('the worst of %j is %s', (verdicts, expected) => {
  expect(worst(verdicts.map(report))).toBe(expected)
})
