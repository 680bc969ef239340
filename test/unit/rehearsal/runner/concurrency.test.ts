import { expect, test } from 'vitest'
import {
  arriveInGroup,
  type ConcurrencyGroups,
  type Entry,
  leaveGroup,
  noGroups,
} from '../../../../rehearsal/runner/concurrency.js'

const entry = (run: number, more: Partial<Entry> = {}): Entry => ({
  run,
  group: 'deploy',
  queue: 'single',
  cancelInProgress: false,
  ...more,
})
const fill = (...entries: Entry[]): ConcurrencyGroups =>
  entries.reduce((lanes, one) => arriveInGroup(lanes, one).lanes, noGroups)

test('the first of a group starts, the second waits and starts when the first ends', () => {
  const lanes = fill(entry(1))
  const second = arriveInGroup(lanes, entry(2))
  expect(second).toMatchObject({ start: [], cancel: [] })
  expect(leaveGroup(second.lanes, 1)).toMatchObject({ start: [2], cancel: [], lanes: { pending: [] } })
})

test('by default the newest that waits pushes out the one that waited before it', () => {
  expect(arriveInGroup(fill(entry(1), entry(2)), entry(3)).cancel).toEqual([2])
})

test('with a queue all wait, and go on in their order', () => {
  const max = { queue: 'max' } as const
  let lanes = fill(entry(1, max), entry(2, max), entry(3, max), entry(4, max))
  const order = [1, 2, 3, 4].flatMap((run) => {
    const step = leaveGroup(lanes, run)
    lanes = step.lanes
    return step.start
  })
  expect(order).toEqual([2, 3, 4])
  expect(lanes).toEqual(noGroups)
})

test('a full queue turns away the newest', () => {
  const waiting = Array.from({ length: 101 }, (_, index) => entry(index, { queue: 'max' }))
  expect(arriveInGroup(fill(...waiting), entry(999, { queue: 'max' })).cancel).toEqual([999])
})

test('cancel-in-progress ends the running one, and still waits for its end', () => {
  const step = arriveInGroup(fill(entry(1)), entry(2, { cancelInProgress: true }))
  expect(step).toMatchObject({ start: [], cancel: [1] })
  expect(leaveGroup(step.lanes, 1).start).toEqual([2])
})

test('other groups, and runs without one, do not wait', () => {
  const lanes = fill(entry(1), entry(2, { group: undefined }))
  expect(arriveInGroup(lanes, entry(3, { group: 'other' })).start).toEqual([3])
  expect(arriveInGroup(lanes, entry(4, { group: undefined })).start).toEqual([4])
})

test('one that is cancelled while it waits starts nobody', () => {
  const lanes = fill(entry(1), entry(2))
  expect(leaveGroup(lanes, 2)).toMatchObject({ start: [], lanes: { running: [{ run: 1 }], pending: [] } })
})
