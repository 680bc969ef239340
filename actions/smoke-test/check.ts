import type { World } from '../../shared/action/world.js'
import type { HttpAsked } from './asked.js'
import { type Answer, probe } from './probe.js'
import { type CheckReport, type Try, verdictOf } from './verdict.js'

const pause = 1_000

/** Asks until the answer is right or `within` is over. */
export async function runCheck(check: HttpAsked, { http, clock }: Pick<World, 'http' | 'clock'>): Promise<CheckReport> {
  const start = clock.now().getTime()
  const left = (): number => start + check.within - clock.now().getTime()
  const tries: Try[] = []
  let came = ''
  let firstWrong: string | undefined
  while (tries.length === 0 || left() > 0) {
    const answer = await probe(http, check.url, left())
    came = words(answer)
    tries.push(judge(answer, check.status))
    if (tries.at(-1) === 'right') break
    firstWrong ??= came
    await clock.sleep(Math.max(1, Math.min(pause, left())))
  }
  const verdict = verdictOf(tries)
  const wanted = verdict === 'fail' ? `${came}, not ${check.status}` : came
  return {
    asked: check.url,
    came: verdict === 'flaky' ? `${came}, but first ${firstWrong}` : wanted,
    tries: tries.length,
    ms: clock.now().getTime() - start,
    verdict,
  }
}

function judge(answer: Answer, status: number): Try {
  if (answer.kind === 'none') return answer.unknown ? 'unknown' : 'wrong'
  return answer.status === status ? 'right' : 'wrong'
}

const words = (answer: Answer): string =>
  answer.kind === 'none' ? answer.text : `${answer.status}${answer.location ? ` to ${answer.location}` : ''}`
