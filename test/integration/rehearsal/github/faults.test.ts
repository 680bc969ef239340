import { expect, test } from 'vitest'
import { deploy, type EmulatorFixture, startEmulatorFixture } from '../../../fixtures/emulator.js'

function send({ github, ada }: EmulatorFixture, method: string, path: string, body?: object): Promise<Response> {
  return fetch(`${github.url}/repos/${deploy}${path}`, {
    method,
    headers: { authorization: `Bearer ${ada.token}` },
    ...(body && { body: JSON.stringify(body) }),
  })
}

const labels = async (fixture: EmulatorFixture): Promise<string[]> =>
  ((await (await send(fixture, 'GET', '/labels')).json()) as { name: string }[]).map(({ name }) => name)

test('the next matching requests are refused, as many as were asked for, and others are not', async () => {
  await using fixture = await startEmulatorFixture()
  const { faults } = fixture.github
  faults.next({
    kind: 'status',
    status: 503,
    headers: { 'retry-after': '1' },
    match: { method: 'POST', path: '/repos/*/labels' },
    times: 2,
    skip: 1,
  })
  const statuses: number[] = []
  for (const name of ['a', 'b', 'c', 'd']) statuses.push((await send(fixture, 'POST', '/labels', { name })).status)
  expect(statuses).toEqual([201, 503, 503, 201])
  expect(await labels(fixture)).toEqual(['a', 'd'])
  expect(faults.waiting()).toBe(0)
  expect(fixture.github.requests.map(({ status }) => status)).toEqual([201, 503, 503, 201, 200])
})

test('a connection that is cut leaves nothing done, or everything', async () => {
  await using fixture = await startEmulatorFixture()
  const { faults, requests } = fixture.github
  faults.next({ kind: 'reset', match: { path: /labels/ } })
  await expect(send(fixture, 'POST', '/labels', { name: 'a' })).rejects.toThrow()
  expect(await labels(fixture)).toEqual([])
  faults.next({ kind: 'unanswered', match: { method: 'POST' } })
  await expect(send(fixture, 'POST', '/labels', { name: 'a' })).rejects.toThrow()
  expect(await labels(fixture)).toEqual(['a'])
  expect(requests.map(({ status }) => status)).toEqual([0, 200, 0, 200])
})

test('a stale answer is what was true when it was last asked', async () => {
  await using fixture = await startEmulatorFixture()
  const { faults } = fixture.github
  expect(await labels(fixture)).toEqual([])
  await send(fixture, 'POST', '/labels', { name: 'a' })
  faults.next({ kind: 'stale', match: { method: 'GET' }, times: 2 })
  expect([await labels(fixture), await labels(fixture), await labels(fixture)]).toEqual([[], [], ['a']])
  faults.next({ kind: 'stale' })
  expect((await send(fixture, 'GET', '/labels/a')).status).toBe(200)
})

test('a delayed request is overtaken by a later one', async () => {
  await using fixture = await startEmulatorFixture()
  fixture.github.faults.next({ kind: 'delay', ms: 300, match: { method: 'POST' } })
  await Promise.all([
    send(fixture, 'POST', '/labels', { name: 'late' }),
    (async () => {
      while (fixture.github.faults.waiting() > 0) await labels(fixture)
      await send(fixture, 'POST', '/labels', { name: 'early' })
    })(),
  ])
  expect(await labels(fixture)).toEqual(['early', 'late'])
})

test.each([true, false])('an interruption comes at its request; applied: %s', async (applied) => {
  await using fixture = await startEmulatorFixture()
  const seen: string[] = []
  fixture.github.faults.next({ kind: 'interrupt', applied, skip: 1, act: () => void seen.push('now') })
  await send(fixture, 'POST', '/labels', { name: 'a' })
  expect(seen).toEqual([])
  await expect(send(fixture, 'POST', '/labels', { name: 'b' })).rejects.toThrow()
  expect(seen).toEqual(['now'])
  fixture.github.faults.next({ kind: 'reset', match: { path: '/nowhere' } })
  fixture.github.faults.clear()
  expect(await labels(fixture)).toEqual(applied ? ['a', 'b'] : ['a'])
})
