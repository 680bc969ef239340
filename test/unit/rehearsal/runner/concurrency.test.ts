import { expect, test } from 'vitest'
import {
  arriveInGroup,
  type ConcurrencyGroups,
  type Entry,
  leaveGroup,
  noGroups,
} from '../../../../rehearsal/runner/concurrency.js'

const entry = (number: number, more: Partial<Entry> = {}): Entry => ({
  holder: `run ${number}`,
  group: 'deploy',
  queue: 'single',
  cancelInProgress: false,
  ...more,
})
const fill = (...entries: Entry[]): ConcurrencyGroups =>
  entries.reduce((groups, one) => arriveInGroup(groups, one).groups, noGroups)

test('the first of a group starts, the second waits and starts when the first ends', () => {
  const groups = fill(entry(1))
  const second = arriveInGroup(groups, entry(2))
  expect(second).toMatchObject({ start: [], cancel: [] })
  expect(leaveGroup(second.groups, 'run 1')).toMatchObject({ start: ['run 2'], cancel: [], groups: { pending: [] } })
})

test('by default the newest that waits pushes out the one that waited before it', () => {
  expect(arriveInGroup(fill(entry(1), entry(2)), entry(3)).cancel).toEqual(['run 2'])
})

test('with a queue all wait, and go on in their order', () => {
  const max = { queue: 'max' } as const
  let groups = fill(entry(1, max), entry(2, max), entry(3, max), entry(4, max))
  const order = [1, 2, 3, 4].flatMap((run) => {
    const step = leaveGroup(groups, `run ${run}`)
    groups = step.groups
    return step.start
  })
  expect(order).toEqual(['run 2', 'run 3', 'run 4'])
  expect(groups).toEqual(noGroups)
})

test('a full queue turns away the newest', () => {
  const waiting = Array.from({ length: 101 }, (_, index) => entry(index, { queue: 'max' }))
  expect(arriveInGroup(fill(...waiting), entry(999, { queue: 'max' })).cancel).toEqual(['run 999'])
})

test('cancel-in-progress ends the running one, and still waits for its end', () => {
  const step = arriveInGroup(fill(entry(1)), entry(2, { cancelInProgress: true }))
  expect(step).toMatchObject({ start: [], cancel: ['run 1'] })
  expect(leaveGroup(step.groups, 'run 1').start).toEqual(['run 2'])
})

test('other groups, and runs without one, do not wait', () => {
  const groups = fill(entry(1), entry(2, { group: undefined }))
  expect(arriveInGroup(groups, entry(3, { group: 'other' })).start).toEqual(['run 3'])
  expect(arriveInGroup(groups, entry(4, { group: undefined })).start).toEqual(['run 4'])
})

test('one that is cancelled while it waits starts nobody', () => {
  const groups = fill(entry(1), entry(2))
  expect(leaveGroup(groups, 'run 2')).toMatchObject({
    start: [],
    groups: { running: [{ holder: 'run 1' }], pending: [] },
  })
})
