import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { evaluateCondition, type Json } from '../../../rehearsal/runner/expression.js'
import { startsWorkflow } from '../../../rehearsal/runner/trigger-match.js'
import { parseWorkflow } from '../../../rehearsal/runner/workflow.js'

const path = 'workflows-examples/deploy-repo/.github/workflows/watch.yml'
const watch = parseWorkflow(path, readFileSync(path, 'utf8'))

/** Whether its job runs for an event. */
function runs(event: string, payload: { [key: string]: Json } = {}): boolean {
  const { action, workflow_run: of } = payload as { action?: string; workflow_run?: { name: string } }
  const none = { branch: undefined, tag: undefined, changed: undefined, message: undefined }
  const started = startsWorkflow(watch, { ...none, event, action, workflow: of?.name })
  const github = { event_name: event, event: payload }
  return (
    started &&
    evaluateCondition(watch.jobs['watch']?.if, { github }, { success: true, failure: false, cancelled: false })
  )
}

const issue = (action: string, ...labels: string[]): { [key: string]: Json } => ({
  action,
  issue: { labels: labels.map((name) => ({ name })) },
})

const ended = (name: string, event: string, conclusion: string): { [key: string]: Json } => ({
  action: 'completed',
  workflow_run: { name, event, conclusion },
})

test.each<[string, string, { [key: string]: Json }, boolean]>([
  ['its schedule', 'schedule', {}, true],
  ['a hold that is closed', 'issues', issue('closed', 'deploy-blocked-version'), true],
  ['any other issue', 'issues', issue('closed', 'internal-error'), false],
  ['a label', 'issues', issue('labeled', 'deploy-blocked-version'), false],
  [
    'the end of holds, which may have confirmed that a hold was closed',
    'workflow_run',
    ended('holds', 'issues', 'success'),
    true,
  ],
  ['the end of holds about nothing', 'workflow_run', ended('holds', 'issues', 'skipped'), false],
  ['the end of holds where it failed', 'workflow_run', ended('holds', 'issues', 'failure'), false],
  ['the end of holds that its schedule started', 'workflow_run', ended('holds', 'schedule', 'success'), false],
  ['the end of another workflow', 'workflow_run', ended('deploy', 'issues', 'success'), false],
])('%s', (_, event, payload, expected) => {
  expect(runs(event, payload)).toBe(expected)
})
