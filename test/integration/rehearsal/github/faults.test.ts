import { expect, test } from 'vitest'
import { deploy, startWorld, type World } from '../../../unit/rehearsal/github/world.js'

function send({ github, ada }: World, method: string, path: string, body?: object): Promise<Response> {
  return fetch(`${github.url}/repos/${deploy}${path}`, {
    method,
    headers: { authorization: `Bearer ${ada.token}` },
    ...(body && { body: JSON.stringify(body) }),
  })
}

const labels = async (world: World): Promise<string[]> =>
  ((await (await send(world, 'GET', '/labels')).json()) as { name: string }[]).map(({ name }) => name)

test('the next matching requests are refused, as many as were asked for, and others are not', async () => {
  await using world = await startWorld()
  const { faults } = world.github
  faults.next({
    kind: 'status',
    status: 503,
    headers: { 'retry-after': '1' },
    match: { method: 'POST', path: '/repos/*/labels' },
    times: 2,
    skip: 1,
  })
  const statuses: number[] = []
  for (const name of ['a', 'b', 'c', 'd']) statuses.push((await send(world, 'POST', '/labels', { name })).status)
  expect(statuses).toEqual([201, 503, 503, 201])
  expect(await labels(world)).toEqual(['a', 'd'])
  expect(faults.waiting()).toBe(0)
  expect(world.github.requests.map(({ status }) => status)).toEqual([201, 503, 503, 201, 200])
})

test('a connection that is cut leaves nothing done, or everything', async () => {
  await using world = await startWorld()
  const { faults, requests } = world.github
  faults.next({ kind: 'reset', match: { path: /labels/ } })
  await expect(send(world, 'POST', '/labels', { name: 'a' })).rejects.toThrow()
  expect(await labels(world)).toEqual([])
  faults.next({ kind: 'unanswered', match: { method: 'POST' } })
  await expect(send(world, 'POST', '/labels', { name: 'a' })).rejects.toThrow()
  expect(await labels(world)).toEqual(['a'])
  expect(requests.map(({ status }) => status)).toEqual([0, 200, 0, 200])
})

test('a stale answer is what was true when it was last asked', async () => {
  await using world = await startWorld()
  const { faults } = world.github
  expect(await labels(world)).toEqual([])
  await send(world, 'POST', '/labels', { name: 'a' })
  faults.next({ kind: 'stale', match: { method: 'GET' }, times: 2 })
  expect([await labels(world), await labels(world), await labels(world)]).toEqual([[], [], ['a']])
  faults.next({ kind: 'stale' })
  expect((await send(world, 'GET', '/labels/a')).status).toBe(200)
})

test('a delayed request is overtaken by a later one', async () => {
  await using world = await startWorld()
  world.github.faults.next({ kind: 'delay', ms: 300, match: { method: 'POST' } })
  await Promise.all([
    send(world, 'POST', '/labels', { name: 'late' }),
    (async () => {
      while (world.github.faults.waiting() > 0) await labels(world)
      await send(world, 'POST', '/labels', { name: 'early' })
    })(),
  ])
  expect(await labels(world)).toEqual(['early', 'late'])
})

test.each([true, false])('an interruption comes at its request; applied: %s', async (applied) => {
  await using world = await startWorld()
  const seen: string[] = []
  world.github.faults.next({ kind: 'interrupt', applied, skip: 1, act: () => void seen.push('now') })
  await send(world, 'POST', '/labels', { name: 'a' })
  expect(seen).toEqual([])
  await expect(send(world, 'POST', '/labels', { name: 'b' })).rejects.toThrow()
  expect(seen).toEqual(['now'])
  world.github.faults.next({ kind: 'reset', match: { path: '/nowhere' } })
  world.github.faults.clear()
  expect(await labels(world)).toEqual(applied ? ['a', 'b'] : ['a'])
})
