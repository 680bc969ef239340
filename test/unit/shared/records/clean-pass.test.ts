import { expect, test } from 'vitest'
import { uncleanUntil, waitingForCleanPass } from '../../../../shared/records/clean-pass.js'
import type { Ending } from '../../../../shared/records/deployments.js'
import { tested, untested } from '../../../fixtures/deploy-endings.js'

const waiting = (endings: Ending[], optional: string[] = []): string[] =>
  waitingForCleanPass(endings, optional).map(({ description }) => description)

test.each<[string, Ending[], string[]]>([
  ['a flaky one', [tested('staging', 'flaky')], ['staging: flaky']],
  ['one that could not tell', [tested('staging', 'inconclusive')], ['staging: inconclusive']],
  ['none that passed', [tested('staging', 'pass')], []],
  ['none that failed', [tested('staging', 'fail')], []],
  ['none that passed later', [tested('staging', 'pass', 2), tested('staging', 'flaky', 1)], []],
  [
    'one that was flaky after it had passed',
    [tested('staging', 'flaky', 2), tested('staging', 'pass')],
    ['staging: flaky'],
  ],
  [
    'one that a freeze kept from being tested again',
    [untested('staging', 'deploy-freeze'), tested('staging', 'flaky')],
    ['staging: flaky'],
  ],
  ['one of two', [tested('primary', 'flaky', 2), tested('staging', 'pass', 2)], ['primary: flaky']],
  ['none that was never tested', [untested('staging', 'cluster-unreachable')], []],
])('waits for a clean pass: %s', (_, endings, names) => {
  expect(waiting(endings)).toEqual(names)
})

test('nobody waits for an optional cluster', () => {
  expect(waiting([tested('far', 'flaky'), tested('staging', 'flaky')], ['far'])).toEqual(['staging: flaky'])
})

test('what was no clean pass is counted for each cluster, over all attempts until then', () => {
  const last = tested('staging', 'flaky', 4)
  const middle = tested('staging', 'inconclusive', 2)
  const endings = [
    last,
    tested('primary', 'flaky', 3),
    tested('staging', 'pass', 3),
    middle,
    untested('staging', 'deploy-freeze'),
    tested('staging', 'flaky', 1),
  ]
  expect(uncleanUntil(last, endings)).toBe(3)
  expect(uncleanUntil(middle, endings)).toBe(2)
})
