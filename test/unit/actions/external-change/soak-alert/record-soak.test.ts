import { expect, test } from 'vitest'
import { soakResultOf } from '../../../../../actions/external-change/soak-alert/record-soak.js'
import { encodeOutput } from '../../../../../shared/foundation/encoded.js'
import type { Result } from '../../../../../shared/foundation/result.js'

const result = (change: Partial<Result>): string =>
  JSON.stringify({
    ...{ schema: 1, action: 'smoke-test', decision: 'not-verified', reason: 'smoke-failed', message: 'It says why.' },
    ...{ cluster: 'berlin', commit: 'a'.repeat(40), run: '9/1', evidence: [], ...change },
  })

const unknown = { is: 'ill', problems: ['it could not be inspected, so its state is unknown'] }
const evidence = [
  { kind: 'smoke', ok: true, text: 'pass: one' },
  { kind: 'smoke', ok: false, text: 'fail: other' },
]

test.each<[string, string, unknown]>([
  ['a pass', result({ decision: 'tested', verdict: 'pass' }), { is: 'well' }],
  ['a pass at the second try', result({ verdict: 'flaky' }), { is: 'unsure' }],
  ['another deploy at work', result({ decision: 'skipped' }), { is: 'unsure' }],
  ['a failure', result({ verdict: 'fail', evidence }), { is: 'ill', problems: ['fail: other'] }],
  ['a tester that could not tell', result({ verdict: 'inconclusive' }), { is: 'ill', problems: ['It says why.'] }],
  ['a cluster that does not answer', result({ decision: 'refused' }), { is: 'ill', problems: ['It says why.'] }],
  ['no look at all', '', unknown],
  ['an encoded result', encodeOutput(result({ decision: 'tested', verdict: 'pass' })), { is: 'well' }],
  ['what is no result', 'pass', unknown],
  ['the result of another action', result({ action: 'helm-deploy', verdict: 'pass' }), unknown],
  ['the result of another cluster', result({ cluster: 'prod', verdict: 'pass' }), unknown],
])('%s is no other sight', (_, text, sight) => {
  expect(soakResultOf('berlin', text)).toEqual(sight)
})

test.each([
  ['success', { is: 'lost' }],
  ['failure', unknown],
  ['cancelled', unknown],
  ['', unknown],
])('of a job that ended with %j nothing arrived', (job, sight) => {
  expect(soakResultOf('berlin', '', job)).toEqual(sight)
})

test('a job that succeeded does not make a result good', () => {
  expect(soakResultOf('berlin', result({ verdict: 'fail', evidence }), 'success')).toMatchObject({ is: 'ill' })
  expect(soakResultOf('berlin', 'pass', 'success')).toEqual(unknown)
})
