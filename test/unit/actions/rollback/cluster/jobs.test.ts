import { expect, test } from 'vitest'
import { causeFromJobs } from '../../../../../actions/rollback/cluster/jobs.js'
import { readNeeds } from '../../../../../shared/action/needs.js'
import type { Result } from '../../../../../shared/foundation/result.js'

const result = (change: Partial<Result>): string =>
  JSON.stringify({
    ...{
      schema: 1,
      action: 'smoke-test',
      decision: 'not-verified',
      reason: 'smoke-failed',
      message: 'it does not serve',
    },
    ...{ cluster: 'one', commit: 'c'.repeat(40), run: '9/1', evidence: [] },
    ...change,
  } satisfies Result)
const failure = (change: Partial<Result> = {}) => ({ result: 'failure', outputs: { failure: result(change) } })
const passed = result({ decision: 'verified', reason: 'ok', verdict: 'pass', message: 'it serves' })

const plan = {
  result: 'success',
  outputs: {
    staging: '["staging"]',
    primary: '["one", "two"]',
    rest: '["extra"]',
    single: '["one"]',
    last: '["extra", "one"]',
  },
}
const cause = (waves: Record<string, { result: string; outputs?: Record<string, string> }>): string | undefined => {
  const jobs = readNeeds(JSON.stringify({ plan, ...waves }))
  if (!jobs) throw new Error('this is no `needs`')
  return causeFromJobs(jobs, '9/2', ['extra'])
}

test.each<[string, Parameters<typeof cause>[0], string | undefined]>([
  ['nothing failed', { staging: { result: 'success' }, primary: { result: 'skipped' } }, undefined],
  ['a smoke test failed', { staging: { result: 'success' }, primary: failure() }, 'it does not serve'],
  ['pods did not become healthy', { staging: failure({ reason: 'unhealthy', message: 'it crashes' }) }, 'it crashes'],
  ['a smoke test could not tell', { primary: failure({ reason: 'smoke-inconclusive' }) }, undefined],
  ['a cluster did not answer', { primary: failure({ reason: 'cluster-unreachable' }) }, undefined],
  [
    'GitHub did not answer before anything was deployed',
    { primary: failure({ reason: 'github-unreachable' }) },
    undefined,
  ],
  [
    'an optional cluster failed beside one that is verified',
    { last: { result: 'failure', outputs: { failure: result({ cluster: 'extra' }), verified: passed } } },
    undefined,
  ],
  [
    'an optional cluster failed, and hides how others ended',
    { primary: { result: 'failure', outputs: { failure: result({ cluster: 'extra' }), verified: passed } } },
    'The wave "primary" failed, and it is unknown how two ended.',
  ],
  [
    'an optional cluster did not answer',
    { primary: failure({ cluster: 'extra', reason: 'cluster-unreachable' }) },
    undefined,
  ],
  ['a wave of optional clusters failed', { rest: { result: 'failure', outputs: {} } }, undefined],
  ['only the record could not be written', { single: { result: 'failure', outputs: { verified: passed } } }, undefined],
  [
    'only the record could not be written, beside an optional cluster',
    { last: { result: 'failure', outputs: { verified: passed } } },
    undefined,
  ],
  // A14: the outputs of those that failed may not arrive.
  [
    'one was verified, and of the other nothing arrived',
    { primary: { result: 'failure', outputs: { verified: passed } } },
    'The wave "primary" failed, and it is unknown how two ended.',
  ],
  [
    'a cluster failed, and what it said did not arrive',
    { staging: { result: 'success', outputs: { verified: passed } }, single: { result: 'failure', outputs: {} } },
    'The wave "single" failed for an unknown reason.',
  ],
  [
    'one was verified, and another was not',
    { primary: { result: 'failure', outputs: { verified: passed, failure: result({}) } } },
    'it does not serve',
  ],
  ['a runner was lost', { primary: { result: 'failure' } }, 'The wave "primary" failed for an unknown reason.'],
  ['somebody cancelled it', { staging: { result: 'cancelled' } }, 'The wave "staging" failed for an unknown reason.'],
  [
    'what was verified was so in another run',
    { primary: { result: 'failure', outputs: { verified: passed.replace('9/1', '8/1') } } },
    'The wave "primary" failed for an unknown reason.',
  ],
  [
    'what a later wave says is found behind one that is not to blame',
    { staging: failure({ reason: 'smoke-flaky' }), primary: failure() },
    'it does not serve',
  ],
])('%s', (_, waves, expected) => {
  expect(cause(waves)).toBe(expected)
})

test.each(['', 'null', '[]', '{"plan": 1}', '{'])('%j tells nothing of the jobs', (text) => {
  expect(readNeeds(text)).toBeUndefined()
})
