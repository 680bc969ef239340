import { expect, test } from 'vitest'
import { durationsOf, median } from '../../../../shared/records/durations.js'

const at = (minute: number): string => `2026-11-23T10:${String(minute).padStart(2, '0')}:00Z`

const deployment = (commitOid: string, merged: number, states: [state: string, minute: number][], more = {}) => ({
  task: 'deploy',
  commitOid,
  commit: { committedDate: at(merged) },
  creator: { __typename: 'Bot' },
  statuses: { nodes: states.map(([state, minute]) => ({ state, createdAt: at(minute) })) },
  ...more,
})

const minutes = (...given: Parameters<typeof durationsOf>): number[] => durationsOf(...given).map((ms) => ms / 60_000)

test('a deploy takes from the merge to the last cluster’s success, newest deploy first', () => {
  const older = deployment('a', 0, [
    ['SUCCESS', 5],
    ['INACTIVE', 30],
  ])
  expect(minutes([deployment('b', 20, [['SUCCESS', 29]]), deployment('b', 20, [['SUCCESS', 24]]), older])).toEqual([
    9, 5,
  ])
})

test('what failed, is not over, or is not ours tells nothing', () => {
  const failed = [deployment('a', 0, [['SUCCESS', 5]]), deployment('a', 0, [['FAILURE', 6]])]
  const running = deployment('b', 0, [['IN_PROGRESS', 5]])
  const byHand = deployment('c', 0, [['SUCCESS', 5]], { creator: { __typename: 'User' } })
  const other = deployment('d', 0, [['SUCCESS', 5]], { task: 'docs' })
  expect(minutes([...failed, running, byHand, other])).toEqual([])
})

test('only the last twenty count', () => {
  const many = Array.from({ length: 30 }, (_, index) => deployment(`c${index}`, 0, [['SUCCESS', index]]))
  expect(minutes(many)).toHaveLength(20)
})

test('the median is one of them, and of none there is none', () => {
  expect([median([9, 1, 5]), median([4, 2]), median([])]).toEqual([5, 2, undefined])
})
