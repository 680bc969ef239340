import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { awaitVersions, tellsVersion } from '../../../../actions/smoke-test/version.js'
import { serve } from '../../../fixtures/http-server.js'

const clock = { now: () => new Date(), sleep: (ms: number) => delay(ms / 50).then(() => undefined) }
const log = { info: () => {}, warning: () => {}, group: <T>(_: string, body: () => Promise<T>) => body() }
const runtime = { http: fetch, clock, log }

const asked = (url: string, change: object = {}) => [
  {
    component: 'hub',
    url: `${url}/versions`,
    place: { path: ['hub'] },
    version: '1.0.0-n2.hbbbbbbb',
    commit: 'bbbbbbb',
    ...change,
  },
]

const says = (hub: string) => JSON.stringify({ hub })
const oldOne = says('1.0.0-n1.haaaaaaa')
const newOne = says('1.0.0-n2.hbbbbbbb')

test('the new version three times in a row passes, each asked on a connection of its own', async () => {
  await using server = await serve((_, response) => response.end(newOne))

  expect(await awaitVersions(asked(server.url), 5000, runtime, 0)).toMatchObject({ verdict: 'pass', tries: 3 })
  expect(server.connections()).toBe(3)
})

test('waiting for old pods to go is no flaw', async () => {
  await using server = await serve((count, response) => response.end(count < 3 ? oldOne : newOne))

  expect(await awaitVersions(asked(server.url), 5000, runtime, 0)).toMatchObject({ verdict: 'pass' })
})

test.each([2, 3, 4, 6, 9])('an old replica that gives every %ith answer never passes', async (every) => {
  await using server = await serve((count, response) => response.end(count % every === 1 ? oldOne : newOne))

  expect(await awaitVersions(asked(server.url), 500, runtime, 0)).toMatchObject({
    verdict: 'fail',
    came: 'the new version answers only sometimes',
  })
})

test('the old version until the deadline fails and names both', async () => {
  await using server = await serve((_, response) => response.end(oldOne))

  const { verdict, came } = await awaitVersions(asked(server.url), 200, runtime, 0)
  expect(verdict).toBe('fail')
  expect(came).toBe('hub is 1.0.0-n1.haaaaaaa (hub), not 1.0.0-n2.hbbbbbbb')
})

test('a version may be told by a header', async () => {
  await using server = await serve((count, response) =>
    response.setHeader('X-Version', count < 3 ? '1.0.0-n1.haaaaaaa' : '1.0.0-n2.hbbbbbbb').end('welcome'),
  )
  const place = { header: 'x-version' }

  expect(await awaitVersions(asked(server.url, { place }), 5000, runtime, 0)).toMatchObject({ verdict: 'pass' })
  expect(await awaitVersions(asked(server.url, { place: { header: 'x-other' } }), 200, runtime, 0)).toMatchObject({
    verdict: 'fail',
    came: 'hub is missing (header x-other), not 1.0.0-n2.hbbbbbbb',
  })
})

test.each([
  ['an error page', 503, newOne],
  ['no JSON', 200, 'welcome'],
  ['JSON without the path', 200, '{}'],
  ['a number', 200, '{"hub": 2}'],
])('does not take %s for the new version', async (_, status, body) => {
  await using server = await serve((_count, response) => response.writeHead(status).end(body))

  expect((await awaitVersions(asked(server.url), 200, runtime, 0)).verdict).toBe('fail')
})

test('a host that nobody knows is inconclusive', async () => {
  expect((await awaitVersions(asked('http://lockstep.invalid'), 3_000, runtime, 0)).verdict).toBe('inconclusive')
})

test('all components have to be right', async () => {
  await using server = await serve((_, response) =>
    response.end(JSON.stringify({ hub: '1.0.0-n2.hbbbbbbb', builder: 'x/y:old' })),
  )
  const both = [
    ...asked(server.url),
    ...asked(server.url, { component: 'builder', place: { path: ['builder'] }, version: 'new', commit: undefined }),
  ]

  expect(await awaitVersions(both, 200, runtime, 0)).toMatchObject({
    verdict: 'fail',
    came: expect.stringContaining('builder'),
  })
})

test.each([
  ['1.0.0-n2.hbbbbbbb', '1.0.0-n2.hbbbbbbb', 'bbbbbbb', true],
  ['quay.io/team/builder:2026.1-g1234567', '2026.1-g1234567', '1234567', true],
  ['1.0+local.hbbbbbbb', '1.0.0-n2.hbbbbbbb', 'bbbbbbb', true],
  [`bbbbbbb${'0'.repeat(33)}`, '1.0.0-n2.hbbbbbbb', 'bbbbbbb', true],
  ['1.0.0-n2.habbbbbbb', '1.0.0-n2.hbbbbbbb', 'bbbbbbb', false],
  ['1.0.0-n1.haaaaaaa', '1.0.0-n2.hbbbbbbb', 'bbbbbbb', false],
  ['1.0.0-n2', '1.0.0-n2.hbbbbbbb', 'bbbbbbb', false],
  ['', '1.0.0-n2.hbbbbbbb', 'bbbbbbb', false],
])('%j tells %s (commit %s): %s', (value, version, commit, expected) => {
  expect(tellsVersion(value, { version, commit })).toBe(expected)
})
