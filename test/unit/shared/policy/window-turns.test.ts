import { expect, test } from 'vitest'
import { windowTurns } from '../../../../shared/policy/deploy-windows.js'
import type { Weekday } from '../../../../shared/policy/types.js'

const weekdays: Weekday[] = ['mon', 'tue', 'wed', 'thu']
const turns = (at: string, timezone = 'Etc/UTC', holidays?: string[]) =>
  windowTurns(
    { timezone, deployWindows: { T3: { days: weekdays, ...(holidays ? { holidays: 'holidays.txt' } : {}) } } },
    'T3',
    new Date(at),
    holidays,
  )?.toISOString()

test.each<[string, string, string | undefined, string?, string[]?]>([
  ['it closes', '2026-03-02T12:34:00Z', '2026-03-06T00:00:00.000Z'],
  ['it closes within the hour', '2026-03-05T23:59:59Z', '2026-03-06T00:00:00.000Z'],
  ['it opens', '2026-03-06T00:00:00Z', '2026-03-09T00:00:00.000Z'],
  ['as days are where the policy is', '2026-03-02T12:00:00Z', '2026-03-05T23:00:00.000Z', 'Europe/Berlin'],
  [
    'with half an hour between it and UTC, by the next hour',
    '2026-03-02T12:00:00Z',
    '2026-03-05T19:00:00.000Z',
    'Asia/Kolkata',
  ],
  ['a holiday comes first', '2026-03-02T12:00:00Z', '2026-03-03T00:00:00.000Z', 'Etc/UTC', ['2026-03-03']],
  [
    'holidays after a weekend',
    '2026-03-06T12:00:00Z',
    '2026-03-11T00:00:00.000Z',
    'Etc/UTC',
    ['2026-03-09', '2026-03-10'],
  ],
])('%s', (_, at, turn, timezone, holidays) => {
  expect(turns(at, timezone, holidays)).toBe(turn)
})

test('what has no window never turns, nor one whose holidays cannot be read', () => {
  const now = new Date('2026-03-02T12:00:00Z')
  expect(windowTurns({ timezone: 'Etc/UTC', deployWindows: {} }, 'T3', now, undefined)).toBeUndefined()
  const unread = { timezone: 'Etc/UTC', deployWindows: { T3: { days: weekdays, holidays: 'gone.txt' } } }
  expect(windowTurns(unread, 'T3', now, undefined)).toBeUndefined()
})
