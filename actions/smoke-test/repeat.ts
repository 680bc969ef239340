import type { Runtime } from '../../shared/action/runtime.js'
import { UserError } from '../../shared/foundation/errors.js'
import type { Reason } from '../../shared/foundation/result.js'
import { oneLine } from '../../shared/report/markdown.js'
import type { CheckReport } from './report.js'
import { type CheckVerdictTry, decideVerdict, type VerdictRule } from './verdict.js'

/** What asking once found. `wait` (ms): the service itself asked for that much patience. */
export interface CheckFound {
  is: CheckVerdictTry
  came: string
  wait?: number | undefined
}

/** What an asker is given: the time left (ms), what ends it at that time or when the run is cancelled, and a log. */
export interface CheckTry {
  left: number
  signal: AbortSignal
  tell(text: string): void
}

/** One check, ready to be asked. `within`: until when it is asked again (ms). */
export interface Probe extends VerdictRule {
  name: string
  timeout: number
  /** Too much for the cluster to be repeated in a watch. */
  costly?: boolean
  /** Asks once. Cleans up after itself before it returns, also when the signal ends it. */
  ask(turn: CheckTry): Promise<CheckFound>
}

export type ProbeSurroundings = Pick<Runtime, 'clock' | 'log' | 'cancelled'> & { began: number }

const pause = 1_000
/** The last try before a deadline is a fair one too, else its own haste would be reported and not the service. */
const leastTime = 1_000
const longestText = 500

/** Asks until there is a verdict. Every change of what comes is a line in the log. */
export async function repeatCheck(
  question: Probe,
  world: ProbeSurroundings,
  deadline = Infinity,
): Promise<CheckReport> {
  const { clock, log } = world
  const now = (): number => clock.now().getTime()
  const start = now()
  const left = (): number => Math.min(start + question.timeout, deadline) - now()
  const tell = (text: string): void => log.info(`${question.name}: ${oneLine(text, longestText)}`)
  const found: CheckFound[] = []
  for (;;) {
    const one = await askOnce(question, world, Math.max(leastTime, left()), tell)
    if (one.is !== 'right' && one.came !== found.at(-1)?.came) tell(`${one.is}: ${one.came}`)
    found.push(one)
    const verdict = decideVerdict(
      found.map(({ is }) => is),
      question,
      left() <= 0,
    )
    if (verdict !== undefined) {
      return {
        name: question.name,
        came: oneLine(words(found, verdict), longestText),
        tries: found.length,
        start: start - world.began,
        ms: now() - start,
        verdict,
      }
    }
    await clock.sleep(Math.max(1, Math.min(one.wait ?? pause, left())))
  }
}

/** A cluster or a program that cannot be asked tells nothing about the service. */
const ownTrouble: Reason[] = ['cluster-unreachable', 'missing-permission', 'tool-missing']

async function askOnce(
  { ask }: Probe,
  world: ProbeSurroundings,
  left: number,
  tell: CheckTry['tell'],
): Promise<CheckFound> {
  const signal = AbortSignal.any([world.cancelled, AbortSignal.timeout(left)])
  try {
    const found = await ask({ left, signal, tell })
    // What came of a cancelled request says nothing.
    world.cancelled.throwIfAborted()
    return found
  } catch (error) {
    world.cancelled.throwIfAborted()
    if (!(error instanceof UserError)) throw error
    if (ownTrouble.includes(error.reason)) return { is: 'unknown', came: error.message }
    if (error.reason === 'rejected-by-cluster') return { is: 'wrong', came: error.message }
    throw error
  }
}

function words(found: readonly CheckFound[], verdict: CheckReport['verdict']): string {
  const last = found.at(-1)?.came ?? ''
  const wrong = found.find(({ is }) => is === 'wrong') ?? found.find(({ is }) => is === 'unknown')
  if (verdict === 'flaky') return `${last}, but at first ${wrong?.came}`
  if (verdict === 'fail' && found.at(-1)?.is !== 'wrong') return `${last}, but earlier ${wrong?.came}`
  return last
}
