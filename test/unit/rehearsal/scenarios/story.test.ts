import { expect, test } from 'vitest'
import type { WorkflowRun } from '../../../../rehearsal/github/types.js'
import { describeEvent } from '../../../../rehearsal/scenarios/describe-event.js'
import { describeRun } from '../../../../rehearsal/scenarios/describe-run.js'
import { newExpectations } from '../../../../rehearsal/scenarios/expectations.js'
import { showLine, startTimeline } from '../../../../rehearsal/scenarios/timeline.js'
import { NotInTime, waitUntil } from '../../../../rehearsal/scenarios/until.js'
import { whatNext } from '../../../../rehearsal/scenarios/what-next.js'

const event = (name: string, action: string, payload: Record<string, unknown>) => ({
  ...{ name, action, payload, repo: 'jupiter/deploy', ref: 'refs/heads/main', sha: 'a'.repeat(40) },
  ...{ actor: 'ada', startsWorkflows: true },
})
const pr = { number: 3, title: 'Bump hub', merged: true, assignees: [{ login: 'ada' }, { login: 'bob' }] }

test.each([
  [event('pull_request', 'opened', { pull_request: pr }), 'opens deploy #3: Bump hub'],
  [event('pull_request', 'assigned', { pull_request: pr }), '#3 is assigned to ada, bob'],
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

test('details are shown to those who ask for them; failures to everybody', () => {
  const run = { ...{ repo: 'jupiter/deploy', status: 'completed', jobs: [] }, updatedAt: '2026-01-01T00:00:00Z' }
  const shown = (verbose: boolean): string => {
    let text = ''
    const write = (part: string | Uint8Array): boolean => {
      text += String(part)
      return true
    }
    const timeline = startTimeline({ write, isTTY: false, columns: 80 }, verbose)
    for (const conclusion of ['success', 'skipped', 'failure'] as const) {
      const line = describeRun({
        ...run,
        startedAt: null,
        name: `its ${conclusion}`,
        conclusion,
      } as unknown as WorkflowRun)
      if (line) timeline.tell(line)
    }
    timeline.end()
    return text
  }
  expect(shown(false)).not.toMatch(/its success|its skipped/)
  expect(shown(false)).toContain('its failure')
  expect(shown(true)).toMatch(/its success.*its skipped.*its failure/s)
})

test('at the end it says what to try next; after a failure, how to see more', () => {
  expect(whatNext({ good: true, verbose: false })).toContain('--scenario adopted --keep')
  expect(whatNext({ good: false, verbose: false })).toContain('--verbose')
})
