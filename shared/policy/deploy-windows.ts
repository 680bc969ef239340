import type { Policy, Tier } from './policy.js'
import { allWeekdays, type WindowHours } from './types.js'

/** Local date (YYYY-MM-DD) and weekday (0 is Monday) of a moment. */
export function localDay(now: Date, timeZone: string): { date: string; weekday: number } {
  // The Canadian form of a date is ISO's.
  const date = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    now,
  )
  return { date, weekday: (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7 }
}

/**
 * Why nothing of this tier may be deployed now; undefined where it may. What forbids wins: a holiday inside the window is
 * closed. A window opens with the first moment of its day.
 *
 * @param holidays dates (YYYY-MM-DD) of the file that the window names; undefined where that cannot be read.
 */
export function windowClosed(
  { deployWindows, timezone }: Pick<Policy, 'deployWindows' | 'timezone'>,
  tier: Tier,
  now: Date,
  holidays: readonly string[] | undefined,
): string | undefined {
  const window = deployWindows[tier]
  if (!window) return undefined
  const { date, weekday } = localDay(now, timezone)
  const today = allWeekdays[weekday]
  const open = window.days.join(', ')
  if (window.holidays !== undefined && !holidays) return `the holidays file ${window.holidays} cannot be read`
  if (holidays?.includes(date)) return `${date} is a holiday`
  if (today === undefined || !window.days.includes(today))
    return `${tier} may be deployed only on ${open} (${timezone})`
  return undefined
}

const hour = 60 * 60_000
/** Longer than any row of holidays. */
const lookAhead = 15

/**
 * When a tier's window opens or closes next, as far as whole hours tell; undefined where it does not within 15 days.
 *
 * @param holidays as of `closed`.
 */
export function windowTurns(
  policy: Pick<Policy, 'deployWindows' | 'timezone'>,
  tier: Tier,
  now: Date,
  holidays: readonly string[] | undefined,
): Date | undefined {
  if (!policy.deployWindows[tier]) return undefined
  const isClosed = (at: Date): boolean => windowClosed(policy, tier, at, holidays) !== undefined
  const before = isClosed(now)
  const first = Math.floor(now.getTime() / hour)
  const at = (hours: number): Date => new Date((first + hours) * hour)
  const days = Array.from({ length: lookAhead }, (_, index) => index + 1)
  const day = days.find((ahead) => isClosed(at(24 * ahead)) !== before)
  if (day === undefined) return undefined
  const hours = Array.from({ length: 24 }, (_, index) => 24 * (day - 1) + index + 1)
  return hours.map(at).find((one) => isClosed(one) !== before)
}

/** Why the App merges no bumps now; undefined where it does. */
export function mergeWindowClosed(
  { deployQueue, timezone }: Pick<Policy, 'deployQueue' | 'timezone'>,
  now: Date,
): string | undefined {
  if (!deployQueue.window) return undefined
  const open = isOpen(deployQueue.window, localDay(now, timezone).weekday, localMinute(now, timezone))
  return open ? undefined : `the App merges only on ${showHours(deployQueue.window)} (${timezone})`
}

/**
 * @param weekday 0 is Monday
 * @param minute since midnight
 */
export function isOpen({ days, hours }: WindowHours, weekday: number, minute: number): boolean {
  const day = allWeekdays[weekday]
  return day !== undefined && days.includes(day) && (!hours || (hours[0] <= minute && minute < hours[1]))
}

/** Minutes since midnight. */
export function localMinute(now: Date, timeZone: string): number {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const [hour = 0, minute = 0] = clock.format(now).split(':').map(Number)
  return hour * 60 + minute
}

const showHours = ({ days, hours }: WindowHours): string =>
  [days.join(', '), ...(hours ? [hours.map(showMinute).join('-')] : [])].join(' ')

/** Of minutes since midnight: `09:05`. */
export const showMinute = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
