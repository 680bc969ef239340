import { expect, test } from 'vitest'
import { describeEvent } from '../../../../rehearsal/scenarios/describe-event.js'
import { newExpectations } from '../../../../rehearsal/scenarios/expectations.js'
import { showLine } from '../../../../rehearsal/scenarios/timeline.js'
import { NotInTime, waitUntil } from '../../../../rehearsal/scenarios/until.js'

const event = (name: string, action: string, payload: Record<string, unknown>) => ({
  ...{ name, action, payload, repo: 'jupiter/deploy', ref: 'refs/heads/main', sha: 'a'.repeat(40) },
  ...{ actor: 'ada', startsWorkflows: true },
})
const pr = { number: 3, title: 'Bump hub', merged: true, assignees: [{ login: 'ada' }, { login: 'bob' }] }

test.each([
  [event('pull_request', 'opened', { pull_request: pr }), 'opens deploy #3: Bump hub'],
  [event('pull_request', 'assigned', { pull_request: pr }), '#3 is on duty of ada, bob'],
  [event('pull_request', 'closed', { pull_request: pr }), 'merges deploy #3'],
  [event('pull_request', 'closed', { pull_request: { ...pr, merged: false } }), undefined],
  [
    event('deployment_status', 'created', {
      deployment_status: { state: 'success' },
      deployment: { environment: 'berlin' },
    }),
    'deployed and verified (wave 3)',
  ],
  [event('issues', 'opened', {}), undefined],
])('an event is told in words', (happened, what) => {
  expect(describeEvent(happened)?.what).toBe(what)
})

test('a rehearsal in which nothing was expected has not passed', () => {
  expect(newExpectations().allMet()).toBe(false)
})

test('one thing that did not happen fails the rehearsal', () => {
  const expected = newExpectations()
  expected.expect('this', true)
  expect(expected.allMet()).toBe(true)
  expected.expect('that', false)
  expect(expected.allMet()).toBe(false)
  expect(expected.show()).toContain('that')
})

test('a line shows when, who and what', () => {
  expect(showLine({ who: 'ada', what: 'merges' }, 65_000)).toContain('1:05')
})

test('what does not come in time is named', async () => {
  await expect(waitUntil('the deploy', 0, async () => undefined)).rejects.toThrow(NotInTime)
  expect(await waitUntil('it', 0, async () => 7)).toBe(7)
})
