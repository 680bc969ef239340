import { isOpen, localDay, localMinute, showMinute } from './deploy-windows.js'
import type { Policy } from './policy.js'
import { allWeekdays } from './types.js'

/** How the queue's window stands. */
export interface MergeWindow {
  open: boolean
  /** When that changes, on the policy's clocks: `18:00 (Berlin)`, with the day where it is not today. */
  until: string
  /** Since when it is so. Where clocks were put forward or back meanwhile, an hour off. */
  since: Date
}

const day = 24 * 60

/** Undefined where the policy has no window, or one that never closes: there is nothing to say. */
export function mergeWindow(
  { deployQueue, timezone }: Pick<Policy, 'deployQueue' | 'timezone'>,
  now: Date,
): MergeWindow | undefined {
  const { window } = deployQueue
  if (!window) return undefined
  const today = localDay(now, timezone).weekday
  const minute = localMinute(now, timezone)
  // Minutes count from today's midnight, and below zero before it.
  const openAt = (at: number): boolean =>
    isOpen(window, (today + Math.floor(at / day) + 14) % 7, ((at % day) + day) % day)
  const edges = Array.from({ length: 15 }, (_, index) => index - 7).flatMap((index) =>
    (window.hours ?? [0, day]).map((at) => index * day + at),
  )
  const changes = edges.filter((at) => openAt(at) !== openAt(at - 1))
  const next = changes.find((at) => at > minute)
  const last = changes.findLast((at) => at <= minute)
  if (next === undefined || last === undefined) return undefined
  const open = openAt(minute)
  const since = new Date(Math.floor(now.getTime() / 60_000 - (minute - last)) * 60_000)
  return { open, until: `${show(next, today, open)} (${placeOf(timezone)})`, since }
}

/** What closes at midnight closes at 24:00 of the day before. */
function show(at: number, today: number, closes: boolean): string {
  const days = Math.floor(at / day) - (closes && at % day === 0 ? 1 : 0)
  const [first = '', ...others] = allWeekdays[(today + days) % 7] ?? ''
  const name = days === 0 ? '' : `${first.toUpperCase()}${others.join('')} `
  return `${name}${showMinute(at - days * day)}`
}

/** `Europe/Berlin` is Berlin: a status has room for 140 letters. */
const placeOf = (timezone: string): string => (timezone.split('/').at(-1) ?? timezone).replaceAll('_', ' ')
