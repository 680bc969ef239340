import { expect, test } from 'vitest'
import { runAllChecks } from '../../../../actions/smoke-test/combine.js'
import { type CheckFound, type Probe, repeatCheck } from '../../../../actions/smoke-test/repeat.js'
import { UserError } from '../../../../shared/foundation/errors.js'
import { probeRuntime } from '../../../fixtures/probe-runtime.js'

/** A question whose answers are written down; the last one is given for ever. */
function question(answers: (CheckFound | Error)[], change: Partial<Probe> = {}): Probe {
  let asked = 0
  const ask = async (): Promise<CheckFound> => {
    const answer = answers[Math.min(asked++, answers.length - 1)]
    if (answer === undefined || answer instanceof Error) throw answer
    return answer
  }
  return { name: 'q', timeout: 5_000, failureThreshold: undefined, successThreshold: 1, ask, ...change }
}

const right: CheckFound = { is: 'right', came: '200' }
const wrong: CheckFound = { is: 'wrong', came: '503' }
const unknown: CheckFound = { is: 'unknown', came: 'ENOTFOUND' }

test('a right answer after wrong ones is flaky: counted, and what came first is named', async () => {
  const runtime = probeRuntime()
  const report = await repeatCheck(question([wrong, wrong, right]), runtime)

  expect(report).toMatchObject({ name: 'q', verdict: 'flaky', tries: 3, came: '200, but at first 503' })
  expect(runtime.lines).toEqual(['q: wrong: 503'])
})

test('every kind of failure is asked again until the deadline', async () => {
  const report = await repeatCheck(question([wrong, unknown, wrong, unknown], { timeout: 300 }), probeRuntime())

  expect(report.verdict).toBe('fail')
  expect(report.tries).toBeGreaterThan(3)
  expect(report.came).toBe('ENOTFOUND, but earlier 503')
})

test('the retry budget ends it before the deadline', async () => {
  expect(await repeatCheck(question([wrong], { failureThreshold: 3 }), probeRuntime())).toMatchObject({
    verdict: 'fail',
    tries: 3,
  })
  expect(await repeatCheck(question([wrong], { failureThreshold: 1 }), probeRuntime())).toMatchObject({
    verdict: 'fail',
    tries: 1,
  })
})

test('right answers in a row start anew after a wrong one', async () => {
  const report = await repeatCheck(question([right, right, wrong, right], { successThreshold: 3 }), probeRuntime())

  expect(report).toMatchObject({ verdict: 'flaky', tries: 6 })
})

test('a cluster that does not answer is inconclusive, one that refuses is a fail, a bug is thrown', async () => {
  const error = (reason: 'cluster-unreachable' | 'rejected-by-cluster') => new UserError(reason, reason, { fix: '' })

  const unreached = await repeatCheck(question([error('cluster-unreachable')], { failureThreshold: 1 }), probeRuntime())
  expect(unreached.verdict).toBe('inconclusive')
  expect(
    (await repeatCheck(question([error('rejected-by-cluster')], { failureThreshold: 1 }), probeRuntime())).verdict,
  ).toBe('fail')
  await expect(repeatCheck(question([new TypeError('oops')]), probeRuntime())).rejects.toThrow('oops')
})

test('only so many are asked at a time, and reports come in the order of the questions', async () => {
  let [now, most] = [0, 0]
  const slow = (name: string, turns: number): Probe =>
    question([], {
      name,
      async ask() {
        most = Math.max(most, ++now)
        for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
        now -= 1
        return right
      },
    })
  const questions = ['a', 'b', 'c', 'd', 'e'].map((name, index) => slow(name, 50 - 10 * index))
  const reports = await runAllChecks(questions, { parallel: 2, deadline: Infinity }, probeRuntime(), () => {})

  expect(reports.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(most).toBe(2)
})

test('what the total deadline leaves no time for is inconclusive, and never a pass', async () => {
  const runtime = probeRuntime()
  const reports = await runAllChecks([question([right])], { parallel: 1, deadline: Date.now() - 1 }, runtime, () => {})

  expect(reports).toMatchObject([{ verdict: 'inconclusive', tries: 0 }])
})

test('the total deadline cuts the time of a check', async () => {
  const limits = { parallel: 1, deadline: Date.now() + 200 }
  const [report] = await runAllChecks([question([wrong], { timeout: 3_600_000 })], limits, probeRuntime(), () => {})

  expect(report?.verdict).toBe('fail')
})

test('when one check throws, the others come to their end first', async () => {
  const ended: string[] = []
  const other = question([], {
    name: 'other',
    async ask() {
      await new Promise((resolve) => setImmediate(resolve))
      ended.push('other')
      return right
    },
  })
  const both = [question([new TypeError('oops')]), other]

  await expect(runAllChecks(both, { parallel: 2, deadline: Infinity }, probeRuntime(), () => {})).rejects.toThrow(
    'oops',
  )
  expect(ended).toEqual(['other'])
})

test('a cancelled run asks nothing more, and its askers are told', async () => {
  const stop = new AbortController()
  let told = false
  const waits = question([], {
    ask: ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          told = true
          resolve(wrong)
        })
        stop.abort()
      }),
  })

  await expect(repeatCheck(waits, probeRuntime(stop.signal))).rejects.toThrow()
  expect(told).toBe(true)
})
