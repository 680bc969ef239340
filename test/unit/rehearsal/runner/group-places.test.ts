import { expect, test } from 'vitest'
import { groupPlaces } from '../../../../rehearsal/runner/group-places.js'
import type { GroupPlace, GroupWish } from '../../../../rehearsal/runner/in-group.js'

const wish = (more: Partial<GroupWish> = {}): GroupWish => ({
  group: 'acme/deploy trial',
  queue: 'max',
  cancelInProgress: false,
  ...more,
})
const never = new AbortController().signal

/** Whether a promise is settled, after everything that could settle it has run. */
async function settled<T>(promise: Promise<T>): Promise<T | 'waits'> {
  await new Promise((resolve) => setImmediate(resolve))
  return Promise.race([promise, Promise.resolve('waits' as const)])
}

test('jobs of different runs take turns, in their order, with a queue', async () => {
  const places = groupPlaces()
  const [first, second, third] = ['run 1 stage', 'run 2 stage', 'run 3 stage'].map((one) =>
    places.enter(one, wish(), never),
  ) as [Promise<GroupPlace>, Promise<GroupPlace>, Promise<GroupPlace>]
  expect([await settled(second), await settled(third)]).toEqual(['waits', 'waits'])
  ;(await first).leave()
  const turn = await second
  expect(await settled(third)).toBe('waits')
  turn.leave()
  expect(await third).toHaveProperty('leave')
})

test('without a queue the third job cancels the second, which still waits', async () => {
  const places = groupPlaces()
  await places.enter('run 1 stage', wish({ queue: 'single' }), never)
  const second = places.enter('run 2 stage', wish({ queue: 'single' }), never)
  const third = places.enter('run 3 stage', wish({ queue: 'single' }), never)
  expect(await second).toBeUndefined()
  expect(await settled(third)).toBe('waits')
})

test('cancel-in-progress cancels the job that has its turn', async () => {
  const places = groupPlaces()
  const first = await places.enter('run 1 stage', wish({ queue: 'single' }), never)
  const second = places.enter('run 2 stage', wish({ queue: 'single', cancelInProgress: true }), never)
  expect(first?.signal.aborted).toBe(true)
  expect(await settled(second)).toBe('waits')
  first?.leave()
  expect(await second).toBeDefined()
})

test('a cancelled run gives its job’s place in the queue to the next', async () => {
  const places = groupPlaces()
  const first = await places.enter('run 1 stage', wish(), never)
  const stop = new AbortController()
  const second = places.enter('run 2 stage', wish(), stop.signal)
  const third = places.enter('run 3 stage', wish(), never)
  stop.abort()
  expect(await second).toBeUndefined()
  first?.leave()
  expect(await third).toBeDefined()
})

test('a job shares its group with whole runs', async () => {
  const places = groupPlaces()
  let started = false
  const job = await places.enter('run 1 stage', wish(), never)
  places.arrive({ ...wish(), holder: 'run 2' }, { start: () => (started = true), cancel: () => {} })
  expect(started).toBe(false)
  job?.leave()
  expect(started).toBe(true)
})

test.each([
  ['the run', 'run 1', 'run 1 wave / deploy'],
  ['the job that calls its workflow', 'run 1 wave', 'run 1 wave / deploy'],
])('a job whose group is held by %s is cancelled, with the reason', async (_, outer, inner) => {
  const places = groupPlaces()
  places.arrive({ ...wish(), holder: outer }, { start: () => {}, cancel: () => {} })
  await expect(places.enter(inner, wish(), never)).rejects.toThrow('deadlock')
})

test('a job of run 12 is no part of run 1', async () => {
  const places = groupPlaces()
  places.arrive({ ...wish(), holder: 'run 1' }, { start: () => {}, cancel: () => {} })
  expect(await settled(places.enter('run 12 stage', wish(), never))).toBe('waits')
})
