import { expect, test } from 'vitest'
import {
  decideTrialRecord,
  isMainRestored,
  type TrialJobEndings,
  type TrialResults,
} from '../../../../../actions/helm-deploy/staging-trial/decide-trial-record.js'
import type { Result } from '../../../../../shared/foundation/result.js'

const result = (decision: Result['decision'], change: Partial<Result> = {}): Result => ({
  ...{ schema: 1, action: 'helm-deploy', decision, reason: 'ok', message: decision, cluster: 'staging' },
  ...{ commit: 'a'.repeat(40), run: '5/1', evidence: [], ...change },
})
const pass = (decision: Result['decision']): Result => result(decision, { verdict: 'pass' })

const whole: TrialResults = {
  ...{
    there: result('trial-passed'),
    thereSmoke: pass('tested'),
    back: result('rolled-back'),
    backSmoke: pass('verified'),
  },
  ...{
    again: result('trial-passed'),
    againSmoke: pass('tested'),
    end: result('rolled-back'),
    endSmoke: pass('verified'),
  },
}
const decide = (change: Partial<TrialResults> = {}) => decideTrialRecord({ ...whole, ...change }).kind

test('every step counts', () => {
  expect(decide()).toBe('passed')
  for (const step of Object.keys(whole)) expect([step, decide({ [step]: undefined })]).toEqual([step, 'untold'])
})

test.each<[string, Partial<TrialResults>]>([
  ['it does not become healthy', { there: result('failed', { reason: 'unhealthy' }) }],
  ['the cluster refuses it', { there: result('failed', { reason: 'rejected-by-cluster' }) }],
  ['it does not serve', { thereSmoke: result('not-verified', { reason: 'smoke-failed', verdict: 'fail' }) }],
  ['there is no way back', { back: result('irreversible', { reason: 'irreversible' }) }],
  ['the way back fails', { back: result('rollback-failed', { reason: 'rollback-failed' }) }],
  ['main does not serve after it', { endSmoke: result('not-verified', { reason: 'smoke-failed', verdict: 'fail' }) }],
  ['it works once only', { again: result('failed', { reason: 'unhealthy' }) }],
])('failed: %s', (_, change) => {
  expect(decide(change)).toBe('failed')
})

test.each<[string, Partial<TrialResults>]>([
  ['it was cancelled', { again: result('failed', { reason: 'cancelled' }), againSmoke: undefined }],
  [
    'it could not begin',
    { there: result('refused', { reason: 'operation-in-progress' }), end: result('nothing-to-roll-back') },
  ],
  ['a test was flaky', { thereSmoke: result('not-verified', { reason: 'smoke-flaky', verdict: 'flaky' }) }],
  ['a test could not tell', { backSmoke: result('not-verified', { reason: 'smoke-inconclusive' }) }],
  ['it was there the second time only', { there: result('trial-passed', { reason: 'up-to-date' }) }],
  ['it was not gone in between', { back: result('nothing-to-roll-back') }],
])('nothing is told where %s', (_, change) => {
  expect(decide(change)).toBe('untold')
})

test('what changes nothing on staging has nothing to go back from', () => {
  const nothing = result('nothing-to-roll-back')
  const there = result('trial-passed', { reason: 'up-to-date' })
  const same = { there, again: there, back: nothing, end: nothing }
  expect(decide({ ...same, backSmoke: undefined, endSmoke: undefined })).toBe('passed')
  expect(decide({ ...same, thereSmoke: undefined })).toBe('untold')
})

const nothing = result('nothing-to-roll-back')
const refused = result('refused', { reason: 'operation-in-progress' })
const unsure = result('not-verified', { reason: 'smoke-inconclusive', verdict: 'inconclusive' })
const undone = { again: undefined, end: undefined, endSmoke: undefined }
test.each<[string, Partial<TrialResults>, boolean]>([
  ['it went back, and the test passed', {}, true],
  ['there was nothing to go back from', { end: nothing, endSmoke: undefined }, true],
  ['it could not begin', { ...undone, there: refused }, true],
  [
    'it was refused the second time, and nobody went back',
    { there: refused, end: undefined, endSmoke: undefined },
    false,
  ],
  ['nobody looked', { ...undone, there: undefined }, false],
  ['it went back, and was not tested', { endSmoke: undefined }, false],
  ['it went back, and the test could not tell', { endSmoke: unsure }, false],
  ['the way back failed', { end: result('rollback-failed', { reason: 'rollback-failed' }) }, false],
  ['the way back was refused', { end: refused, endSmoke: undefined }, false],
])('is main there again? %s', (_, change, is) => {
  expect(isMainRestored({ ...whole, ...change })).toBe(is)
})

const none = Object.fromEntries(Object.keys(whole).map((step) => [step, undefined])) as Partial<TrialResults>
const success = { rehearse: 'success', back: 'success' }

test.each<[string, Partial<TrialResults>, TrialJobEndings, string]>([
  ['nothing arrived of jobs that succeeded', none, success, 'lost'],
  ['one of them is missing', { backSmoke: undefined }, success, 'lost'],
  ['nothing arrived of one that failed', none, { ...success, rehearse: 'failure' }, 'untold'],
  ['main may not be back', none, { ...success, back: 'cancelled' }, 'untold'],
  ['nobody tells how they ended', none, {}, 'untold'],
  ['all arrived', {}, success, 'passed'],
  [
    'all arrived, and it was there before',
    { there: result('trial-passed', { reason: 'up-to-date' }) },
    success,
    'untold',
  ],
])('%s: %4$s', (_, change, jobs, kind) => {
  expect(decideTrialRecord({ ...whole, ...change }, jobs).kind).toBe(kind)
})

test.each<[string, Partial<TrialResults>, TrialJobEndings, boolean]>([
  ['a job that succeeded has taken it back', { end: undefined, endSmoke: undefined }, success, true],
  ['and tested it', { endSmoke: undefined }, success, true],
  ['one that failed may not have', { end: undefined, endSmoke: undefined }, { back: 'failure' }, false],
  ['what it says counts more', { end: result('rollback-failed', { reason: 'rollback-failed' }) }, success, false],
])('its results did not arrive, is main there again? %s', (_, change, jobs, is) => {
  expect(isMainRestored({ ...whole, ...change }, jobs)).toBe(is)
})
