import { expect, test } from 'vitest'
import { type RolloutTurn, turnAfter } from '../../../../../actions/helm-deploy/release/turn.js'
import type { Ending } from '../../../../../shared/records/deployments.js'
import { tested, untested } from '../../../../fixtures/deploy-endings.js'

const begun: Ending = { ...tested('a', 'pass'), success: false, description: '' }

test.each<[string, string[], Ending[], RolloutTurn]>([
  ['the first', [], [], { kind: 'mine' }],
  ['one before it is verified', ['a'], [tested('a', 'pass')], { kind: 'mine' }],
  ['one before it is at work', ['a'], [], { kind: 'wait', cluster: 'a' }],
  ['its record is being written', ['a'], [begun], { kind: 'wait', cluster: 'a' }],
  ['the second of two is at work', ['a', 'b'], [tested('a', 'pass')], { kind: 'wait', cluster: 'b' }],
  ['one failed', ['a'], [tested('a', 'fail')], { kind: 'stop', cluster: 'a', why: 'a: fail' }],
  [
    'one failed, another is at work',
    ['b', 'a'],
    [tested('a', 'flaky')],
    { kind: 'stop', cluster: 'a', why: 'a: flaky' },
  ],
  ['one was refused', ['a'], [untested('a', 'deploy-freeze')], { kind: 'stop', cluster: 'a', why: 'deploy-freeze' }],
  ['one is lost', ['a'], [untested('a', 'result-lost')], { kind: 'stop', cluster: 'a', why: 'result-lost' }],
  ['what is repeated counts as it ended last', ['a'], [tested('a', 'pass'), tested('a', 'flaky')], { kind: 'mine' }],
  ['others do not count', ['a'], [tested('z', 'fail'), tested('a', 'pass')], { kind: 'mine' }],
])('%s', (_, before, endings, turn) => {
  expect(turnAfter(before, endings)).toEqual(turn)
})
