import { setTimeout as delay } from 'node:timers/promises'
import type { ProbeSurroundings } from '../../../../actions/smoke-test/repeat.js'

export interface TestWorld extends ProbeSurroundings {
  http: typeof fetch
  /** Everything the log was told. */
  lines: string[]
}

/** A clock that waits a tenth of what it is asked to: deadlines stay real, pauses do not cost the test. */
export function testWorld(cancelled: AbortSignal = new AbortController().signal): TestWorld {
  const lines: string[] = []
  const say = (line: string): void => void lines.push(line)
  return {
    lines,
    http: fetch,
    began: Date.now(),
    cancelled,
    clock: { now: () => new Date(), sleep: (ms) => delay(ms / 10, undefined, { signal: cancelled }) },
    log: { info: say, warning: say, group: (_, body) => body() },
  }
}
