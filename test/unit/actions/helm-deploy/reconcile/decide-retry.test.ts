import { expect, test } from 'vitest'
import { decideRetry, type RetryFacts } from '../../../../../actions/helm-deploy/reconcile/decide-retry.js'
import type { Ending } from '../../../../../shared/records/deployments.js'
import { tested, untested } from '../../../../fixtures/deploy-endings.js'

const decide = (endings: Ending[], change: Partial<RetryFacts> = {}) =>
  decideRetry({
    endings,
    optional: ['far'],
    run: { attempt: 1, status: 'completed', event: 'push' },
    blocked: undefined,
    ...change,
  })

/** Newest first: so many attempts, all the same. */
const times = (count: number, verdict: 'flaky' | 'inconclusive'): Ending[] =>
  Array.from({ length: count }, (_, index) => tested('staging', verdict, count - index))

test.each<[string, Ending[], Partial<RetryFacts>, string]>([
  ['nothing was deployed', [], { run: undefined }, 'nothing'],
  ['all passed', [tested('staging', 'pass')], {}, 'nothing'],
  ['one was flaky', times(1, 'flaky'), {}, 'again'],
  ['one could not tell', times(1, 'inconclusive'), {}, 'again'],
  ['flaky for the third time', times(3, 'flaky'), {}, 'again'],
  ['the run itself goes back after the fourth', times(4, 'flaky'), {}, 'nothing'],
  ['could not tell for the third time', times(3, 'inconclusive'), {}, 'again'],
  ['could not tell for the fourth time', times(4, 'inconclusive'), {}, 'call'],
  [
    'three could not tell, the fourth was flaky',
    [tested('staging', 'flaky', 4), ...times(3, 'inconclusive')],
    {},
    'nothing',
  ],
  ['one clean pass after three flaky ones', [tested('staging', 'pass', 4), ...times(3, 'flaky')], {}, 'nothing'],
  [
    'the next wave was flaky after that',
    [tested('primary', 'flaky', 4), tested('staging', 'pass', 4), ...times(3, 'flaky')],
    {},
    'again',
  ],
  ['another cluster failed and all go back', [tested('primary', 'fail'), ...times(1, 'flaky')], {}, 'nothing'],
  ['only an optional cluster was flaky', [tested('far', 'flaky')], {}, 'nothing'],
  ['it is at work', times(1, 'flaky'), { run: { attempt: 2, status: 'in_progress', event: 'push' } }, 'nothing'],
  ['it waits in the queue', times(1, 'flaky'), { run: { attempt: 2, status: 'queued', event: 'push' } }, 'nothing'],
  [
    'an adoption was flaky',
    times(1, 'flaky'),
    { run: { attempt: 1, status: 'completed', event: 'workflow_dispatch' } },
    'nothing',
  ],
  ['a result did not arrive', [untested('staging', 'result-lost')], {}, 'again'],
  ['for the fourth time', Array.from({ length: 4 }, () => untested('staging', 'result-lost')), {}, 'call'],
  ['it passed the second time', [tested('staging', 'pass', 2), untested('staging', 'result-lost')], {}, 'nothing'],
  ['a freeze is in force', times(1, 'flaky'), { blocked: { reason: 'deploy-freeze', message: 'A freeze' } }, 'wait'],
  ['a refused attempt came between', [untested('staging', 'github-unreachable'), ...times(1, 'flaky')], {}, 'again'],
])('%s: %4$s', (_, endings, change, kind) => {
  expect(decide(endings, change).kind).toBe(kind)
})

test('says who is tested again, and how often that may be', () => {
  expect(decide(times(2, 'flaky'))).toMatchObject({ message: 'staging: the deploy was started again (2 of 3).' })
})

test('the call is about the test that could not tell', () => {
  expect(decide(times(4, 'inconclusive'))).toMatchObject({ ending: { record: { cluster: 'staging', run: '9/4' } } })
})
