import { type Probe, type ProbeSurroundings, repeatCheck } from './repeat.js'
import { type CheckReport, notAsked } from './report.js'

export interface CheckLimits {
  /** So many checks at a time. */
  parallel: number
  /** When all of it has to be over, in milliseconds since 1970. */
  deadline: number
}

/**
 * Asks all questions, some at a time, and returns their reports in the same order. Whatever happens to one of them, the others
 * come to their end, and clean up, before this returns or throws.
 */
export async function runAllChecks(
  questions: readonly Probe[],
  { parallel, deadline }: CheckLimits,
  world: ProbeSurroundings,
  onReport: (report: CheckReport) => void,
): Promise<CheckReport[]> {
  const waiting = questions.map((question, index) => ({ question, index }))
  const reports: CheckReport[] = []
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      world.cancelled.throwIfAborted()
      const late = world.clock.now().getTime() >= deadline
      const report = late
        ? notAsked(next.question.name, 'not run: the time limit of the whole smoke test was reached', 'inconclusive')
        : await repeatCheck(next.question, world, deadline)
      reports[next.index] = report
      onReport(report)
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: Math.min(parallel, questions.length) }, worker))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
  return reports
}
