import { expect, test } from 'vitest'
import { mergeWindowClosed } from '../../../../shared/policy/deploy-windows.js'
import { mergeWindow } from '../../../../shared/policy/merge-window.js'
import type { Policy, WindowHours } from '../../../../shared/policy/policy.js'
import { allWeekdays } from '../../../../shared/policy/types.js'

const weekend = new Set(['sat', 'sun'])
const office: WindowHours = { days: allWeekdays.filter((day) => !weekend.has(day)), hours: [9 * 60, 18 * 60] }
const policy = (window: WindowHours | undefined, timezone = 'Etc/UTC'): Pick<Policy, 'deployQueue' | 'timezone'> => ({
  deployQueue: { maxUndeployed: 1, remind: 0, escalate: 0, exceptions: [], window },
  timezone,
})

// 2 March 2026 is a Monday; clocks go forward in Berlin on 29 March.
test.each<[string, WindowHours, string, string, string, string]>([
  ['open, until today', office, 'Etc/UTC', '2026-03-02T12:00:30Z', 'until 18:00 (UTC)', '2026-03-02T09:00:00Z'],
  ['its first moment', office, 'Etc/UTC', '2026-03-02T09:00:00Z', 'until 18:00 (UTC)', '2026-03-02T09:00:00Z'],
  ['a moment before', office, 'Etc/UTC', '2026-03-02T08:59:59Z', 'opens 09:00 (UTC)', '2026-02-27T18:00:00Z'],
  ['its end', office, 'Etc/UTC', '2026-03-02T18:00:00Z', 'opens Tue 09:00 (UTC)', '2026-03-02T18:00:00Z'],
  ['Friday evening', office, 'Etc/UTC', '2026-03-06T20:00:00Z', 'opens Mon 09:00 (UTC)', '2026-03-06T18:00:00Z'],
  [
    'on clocks elsewhere',
    office,
    'Europe/Berlin',
    '2026-03-02T16:30:00Z',
    'until 18:00 (Berlin)',
    '2026-03-02T08:00:00Z',
  ],
  [
    'another day there',
    office,
    'Pacific/Auckland',
    '2026-03-01T20:30:00Z',
    'until 18:00 (Auckland)',
    '2026-03-01T20:00:00Z',
  ],
  ['summer time', office, 'Europe/Berlin', '2026-03-30T07:30:00Z', 'until 18:00 (Berlin)', '2026-03-30T07:00:00Z'],
  ['half an hour', office, 'Asia/Kolkata', '2026-03-02T03:29:00Z', 'opens 09:00 (Kolkata)', '2026-02-27T12:30:00Z'],
  [
    'whole days',
    { days: office.days },
    'Etc/UTC',
    '2026-03-04T12:00:00Z',
    'until Fri 24:00 (UTC)',
    '2026-03-02T00:00:00Z',
  ],
  [
    'the last of them',
    { days: office.days },
    'Etc/UTC',
    '2026-03-06T12:00:00Z',
    'until 24:00 (UTC)',
    '2026-03-02T00:00:00Z',
  ],
  [
    'none of them',
    { days: office.days },
    'Etc/UTC',
    '2026-03-07T12:00:00Z',
    'opens Mon 00:00 (UTC)',
    '2026-03-07T00:00:00Z',
  ],
  [
    'hours to midnight',
    { days: ['mon'], hours: [1200, 1440] },
    'Etc/UTC',
    '2026-03-02T21:00:00Z',
    'until 24:00 (UTC)',
    '2026-03-02T20:00:00Z',
  ],
  [
    'the same day of next week',
    { ...office, days: ['mon'] },
    'Etc/UTC',
    '2026-03-02T19:00:00Z',
    'opens Mon 09:00 (UTC)',
    '2026-03-02T18:00:00Z',
  ],
])('%s', (_, window, timezone, now, words, since) => {
  const found = mergeWindow(policy(window, timezone), new Date(now))
  expect(`${found?.open ? 'until' : 'opens'} ${found?.until}`).toBe(words)
  expect(found?.since).toEqual(new Date(since))
})

test.each<[string, WindowHours | undefined]>([
  ['none', undefined],
  ['all days', { days: [...allWeekdays] }],
  ['all days, and all their hours', { days: [...allWeekdays], hours: [0, 1440] }],
])('a window that never closes says nothing: %s', (_, window) => {
  expect(mergeWindow(policy(window), new Date('2026-03-02T12:00:00Z'))).toBeUndefined()
})

test('at every quarter of an hour of two weeks it is open when the App merges, over a change of the clocks', () => {
  const begin = Date.parse('2026-03-23T00:07:00Z')
  for (let quarter = 0; quarter < 14 * 96; quarter++) {
    const now = new Date(begin + quarter * 900_000)
    const one = policy(office, 'Europe/Berlin')
    expect([now, mergeWindow(one, now)?.open]).toEqual([now, mergeWindowClosed(one, now) === undefined])
  }
})
