import { expect, test } from 'vitest'
import { mergeWindowClosed } from '../../../../shared/policy/deploy-windows.js'
import type { Policy, WindowHours } from '../../../../shared/policy/policy.js'

const office: WindowHours = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], hours: [9 * 60, 17 * 60] }
const policy = (window: WindowHours | undefined, timezone = 'Etc/UTC'): Pick<Policy, 'deployQueue' | 'timezone'> => ({
  deployQueue: { maxUndeployed: 1, remind: 0, escalate: 0, exceptions: [], window },
  timezone,
})

// 2 March 2026 is a Monday.
test.each<[string, WindowHours | undefined, string, string, boolean]>([
  ['no window', undefined, 'Etc/UTC', '2026-03-01T03:00:00Z', true],
  ['the first moment', office, 'Etc/UTC', '2026-03-02T09:00:00.000Z', true],
  ['a moment before it', office, 'Etc/UTC', '2026-03-02T08:59:59.999Z', false],
  ['the last moment', office, 'Etc/UTC', '2026-03-02T16:59:59.999Z', true],
  ['a moment after it', office, 'Etc/UTC', '2026-03-02T17:00:00.000Z', false],
  ['a Sunday', office, 'Etc/UTC', '2026-03-01T12:00:00Z', false],
  ['all hours of its days', { days: ['mon'] }, 'Etc/UTC', '2026-03-02T23:59:59Z', true],
  ['the whole day, to its end', { days: ['mon'], hours: [0, 1440] }, 'Etc/UTC', '2026-03-02T23:59:59Z', true],
  ['Monday there, Sunday in UTC', office, 'Pacific/Auckland', '2026-03-01T20:30:00Z', true],
  ['Monday in UTC, Sunday there', office, 'America/Los_Angeles', '2026-03-02T02:00:00Z', false],
  ['summer time has begun', office, 'Europe/Berlin', '2026-03-30T07:00:00Z', true],
  ['summer time has not begun', office, 'Europe/Berlin', '2026-03-27T07:00:00Z', false],
])('%s', (_, window, timezone, now, open) => {
  expect(mergeWindowClosed(policy(window, timezone), new Date(now)) === undefined).toBe(open)
})

test('why is said with its hours', () => {
  expect(mergeWindowClosed(policy(office), new Date('2026-03-01T12:00:00Z'))).toBe(
    'the App merges only on mon, tue, wed, thu, fri 09:00-17:00 (Etc/UTC)',
  )
})
