import { getList, getText, readYaml } from '../../shared/yaml/get-path.js'
import type { Workflow } from './facts.js'

const hour = 3_600_000
const day = 24 * hour

/** Its schedules; none where the file has no such trigger. */
export const cronsOf = (text: string | undefined): string[] =>
  getList(readYaml(text ?? ''), 'on', 'schedule').flatMap((one) => getText(one, 'cron') ?? [])

/**
 * How long a schedule may be silent, in milliseconds: GitHub delays and drops runs when it is busy (A19). Undefined for one that is
 * rarer than once a week.
 */
export function patienceOf(cron: string): number | undefined {
  const [, hours = '', dayOfMonth, month, dayOfWeek] = cron.trim().split(/\s+/)
  if (dayOfMonth !== '*' || month !== '*') return undefined
  if (dayOfWeek !== '*') return 15 * day
  return /^\*/.test(hours) ? day : 3 * day
}

/** A workflow whose schedule has been silent for too long, and since when (ISO 8601); undefined where that is not so or not known. */
export function silentSince({ text, state, since, scheduled }: Workflow, now: Date): string | undefined {
  if (state !== 'active' || !('value' in scheduled)) return undefined
  const patience = cronsOf(text).flatMap((cron) => patienceOf(cron) ?? [])
  if (patience.length === 0) return undefined
  // One that was only just made or switched on has had no turn yet (A36).
  const last = [scheduled.value ?? since, since].toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1) ?? since
  return now.getTime() - Date.parse(last) > Math.min(...patience) ? last : undefined
}
