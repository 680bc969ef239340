import { expect, test } from 'vitest'
import { decideRecord, type RecordFacts } from '../../../../../actions/helm-deploy/record/decide-record.js'
import type { Result } from '../../../../../shared/foundation/result.js'
import { released } from '../../../../fixtures/released.js'

const result = (change: Partial<Result>): Result => ({
  ...{ schema: 1, action: 'helm-deploy', decision: 'deployed', reason: 'ok', message: 'It is there.' },
  ...{ cluster: 'staging', commit: 'c'.repeat(40), run: '9/1', releases: [released()], evidence: [], ...change },
})
const done = result({})
const pass = result({ action: 'smoke-test', decision: 'verified', verdict: 'pass' })
const fail = result({
  decision: 'not-verified',
  verdict: 'fail',
  reason: 'smoke-failed',
  message: 'It does not serve.',
})
const frozen = result({ decision: 'refused', reason: 'deploy-freeze', message: 'A freeze.' })
const lost = 'staging: the job succeeded and its result did not arrive.'

test.each<[string, Partial<RecordFacts>, string, string, string]>([
  ['nothing arrived of a job that succeeded', {}, 'lost', 'result-lost', lost],
  ['no smoke test of one', { done }, 'lost', 'result-lost', lost],
  ['no deploy of one', { smoke: pass }, 'lost', 'result-lost', lost],
  ['nothing of a rollback that succeeded', { of: 'rollback' }, 'lost', 'result-lost', lost],
  ['of a job that succeeded, what failed', { smoke: fail }, 'failed', 'smoke-failed', 'It does not serve.'],
  ['of a job that succeeded, what was refused', { done: frozen }, 'failed', 'deploy-freeze', 'A freeze.'],
  [
    'nothing of a job that failed',
    { job: 'failure' },
    'failed',
    'cancelled',
    'The deploy of staging failed, and its result did not arrive.',
  ],
  [
    'no smoke test of one',
    { job: 'failure', done },
    'failed',
    'cancelled',
    'The smoke test of staging failed, and its result did not arrive.',
  ],
  [
    'what failed, of a job that failed',
    { job: 'failure', done, smoke: fail },
    'failed',
    'smoke-failed',
    'It does not serve.',
  ],
  ['what was refused', { job: 'failure', done: frozen }, 'failed', 'deploy-freeze', 'A freeze.'],
  ['a job that was cancelled', { job: 'cancelled' }, 'failed', 'cancelled', 'The deploy of staging was interrupted.'],
  [
    'its smoke test was',
    { job: 'cancelled', done },
    'failed',
    'cancelled',
    'The smoke test of staging was interrupted.',
  ],
  [
    'a rollback that was cancelled',
    { job: 'cancelled', of: 'rollback' },
    'failed',
    'cancelled',
    'The rollback of staging was interrupted.',
  ],
  [
    'a workflow that does not tell',
    { job: undefined },
    'failed',
    'cancelled',
    'The deploy of staging was interrupted.',
  ],
])('%s (%j): %s', (_, change, kind, reason, message) => {
  const facts: RecordFacts = {
    cluster: 'staging',
    of: 'deploy',
    job: 'success',
    run: '9/1',
    done: undefined,
    smoke: undefined,
  }
  expect(decideRecord({ ...facts, ...change })).toEqual({ kind, reason, message })
})

test.each(['success', 'failure', 'cancelled', undefined])(
  'a pass that arrived is one, however the job ended (%s)',
  (job) => {
    expect(decideRecord({ cluster: 'staging', of: 'deploy', job, run: '9/1', done, smoke: pass })).toEqual({
      kind: 'verified',
      done,
    })
  },
)

// A17, A35: GitHub may hand on what the same job said in the attempt before.
test.each([
  ['success', 'verified'],
  [undefined, 'verified'],
  ['failure', 'failed'],
  ['cancelled', 'failed'],
])('a pass of the attempt before counts only where its job was not run again, or succeeded (%s: %s)', (job, kind) => {
  expect(decideRecord({ cluster: 'staging', of: 'deploy', job, run: '9/2', done, smoke: pass })).toMatchObject({ kind })
})
