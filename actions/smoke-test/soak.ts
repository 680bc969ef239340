import type { SmokeVerdict } from '../../shared/foundation/result.js'
import { runAllChecks } from './combine.js'
import type { Probe, ProbeSurroundings } from './repeat.js'
import type { CheckReport } from './report.js'
import { worstVerdict } from './verdict.js'

/** How long (ms) the checks are repeated, how far apart, and how many rounds may pass only on a retry or not tell. */
export interface Soak {
  time: number
  every: number
  budget: number
}

/**
 * What the rounds so far come to: undefined while it goes on. A round that failed ends it, since each check in it was asked
 * until its own deadline; of others that are no clean pass, the budget allows some.
 */
export function afterRounds(rounds: readonly SmokeVerdict[], budget: number, over: boolean): SmokeVerdict | undefined {
  if (rounds.includes('fail')) return 'fail'
  const unclean = rounds.filter((verdict) => verdict !== 'pass')
  if (unclean.length > budget) return worstVerdict(unclean)
  return over ? 'pass' : undefined
}

/** Repeats the checks for a while after everything passed. One report for all of it; every round is a line in the log. */
export async function soakRelease(
  questions: readonly Probe[],
  { time, every, budget }: Soak,
  parallel: number,
  world: ProbeSurroundings,
): Promise<CheckReport> {
  const { clock, log } = world
  const now = (): number => clock.now().getTime()
  const start = now()
  const rounds: SmokeVerdict[] = []
  let trouble = ''
  for (;;) {
    await clock.sleep(Math.max(1, Math.min(every, start + time - now())))
    const reports = await runAllChecks(questions, { parallel, deadline: Number.POSITIVE_INFINITY }, world, () => {})
    const verdict = worstVerdict(reports.map((report) => report.verdict))
    rounds.push(verdict)
    const bad = reports.find((report) => report.verdict === verdict && verdict !== 'pass')
    if (bad) trouble = `, in round ${rounds.length} ${verdict}: ${bad.name}: ${bad.came}`
    log.info(`Soak: round ${rounds.length}: ${verdict}${bad ? `: ${bad.name}: ${bad.came}` : ''}`)
    const end = afterRounds(rounds, budget, now() >= start + time)
    if (end === undefined) continue
    return {
      name: `soak of ${Math.round(time / 60_000)} min`,
      came: `${rounds.length} ${rounds.length === 1 ? 'round' : 'rounds'}${trouble}`,
      tries: rounds.length,
      start: start - world.began,
      ms: now() - start,
      verdict: end,
    }
  }
}
