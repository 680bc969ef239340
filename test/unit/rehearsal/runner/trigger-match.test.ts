import { expect, test } from 'vitest'
import {
  matchesPattern,
  type Occasion,
  startsWorkflow,
  withDefaults,
} from '../../../../rehearsal/runner/trigger-match.js'
import { parseWorkflow } from '../../../../rehearsal/runner/workflow.js'

const jobs = '\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: echo }] } }\n'
const workflow = (on: string) => parseWorkflow('.github/workflows/x.yml', `on: ${on}${jobs}`)
const occasion = (event: string, more: Partial<Occasion> = {}): Occasion => ({
  event,
  action: undefined,
  branch: 'main',
  tag: undefined,
  workflow: undefined,
  changed: undefined,
  message: undefined,
  ...more,
})
const does = (on: string, event: string, more: Partial<Occasion> = {}): boolean =>
  startsWorkflow(workflow(on), occasion(event, more))

test('all three ways to write triggers mean the same', () => {
  for (const on of ['push', '[push, issues]', '{ push: }']) expect(does(on, 'push')).toBe(true)
  expect(does('push', 'issues')).toBe(false)
})

test.each([
  ['opened', true],
  ['synchronize', true],
  ['reopened', true],
  ['closed', false],
  ['labeled', false],
])('a pull request that is %s starts by default: %s', (action, expected) => {
  expect(does('pull_request', 'pull_request', { action })).toBe(expected)
  expect(does('pull_request_target', 'pull_request_target', { action })).toBe(expected)
})

test('types replace the default ones, and other events take every type', () => {
  expect(does('{ pull_request: { types: [closed] } }', 'pull_request', { action: 'closed' })).toBe(true)
  expect(does('{ pull_request: { types: [closed] } }', 'pull_request', { action: 'opened' })).toBe(false)
  expect(does('issue_comment', 'issue_comment', { action: 'edited' })).toBe(true)
})

test('branches are filtered by patterns, ignored ones by their own', () => {
  expect(does("{ push: { branches: [main, 'release/**'] } }", 'push', { branch: 'release/1/x' })).toBe(true)
  expect(does('{ push: { branches: [main] } }', 'push', { branch: 'lockstep/bump/hub' })).toBe(false)
  expect(does("{ push: { branches-ignore: ['lockstep/**'] } }", 'push', { branch: 'lockstep/bump/hub' })).toBe(false)
  expect(does('{ push: { branches: [main] } }', 'push', { branch: undefined, tag: 'v1' })).toBe(false)
  expect(does('{ push: { tags: [v*] } }', 'push')).toBe(false)
})

test('one star stays within a folder, two cross them, and the last pattern wins', () => {
  expect(matchesPattern(['release/*'], 'release/1/x')).toBe(false)
  expect(matchesPattern(['**', '!docs/**'], 'docs/a.md')).toBe(false)
  expect(matchesPattern(['**', '!docs/**', 'docs/important.md'], 'docs/important.md')).toBe(true)
  expect(matchesPattern(['config/**'], 'config/.hidden')).toBe(true)
})

test('paths must be touched, or not only the ignored ones', () => {
  const only = "{ push: { paths: ['chart/**'] } }"
  expect(does(only, 'push', { changed: ['README.md', 'chart/values.yaml'] })).toBe(true)
  expect(does(only, 'push', { changed: ['README.md'] })).toBe(false)
  expect(does("{ push: { paths-ignore: ['**.md'] } }", 'push', { changed: ['README.md'] })).toBe(false)
  expect(does("{ push: { paths-ignore: ['**.md'] } }", 'push', { changed: ['README.md', 'a.ts'] })).toBe(true)
})

test('a workflow_run belongs to the workflows it names, and to their branches', () => {
  const on = '{ workflow_run: { workflows: [Publish], types: [completed], branches: [main] } }'
  const run = { action: 'completed', workflow: 'Publish' }
  expect(does(on, 'workflow_run', run)).toBe(true)
  expect(does(on, 'workflow_run', { ...run, workflow: 'Test' })).toBe(false)
  expect(does(on, 'workflow_run', { ...run, action: 'requested' })).toBe(false)
  expect(does(on, 'workflow_run', { ...run, branch: 'evil' })).toBe(false)
})

test('a dispatch starts the one file it names', () => {
  expect(does('workflow_dispatch', 'workflow_dispatch', { workflow: 'x.yml' })).toBe(true)
  expect(does('workflow_dispatch', 'workflow_dispatch', { workflow: '.github/workflows/x.yml' })).toBe(true)
  expect(does('workflow_dispatch', 'workflow_dispatch', { workflow: 'prefix-x.yml' })).toBe(false)
})

test('a commit message can skip pushes, not dispatches', () => {
  expect(does('push', 'push', { message: 'Bump [skip ci]' })).toBe(false)
  expect(does('workflow_dispatch', 'workflow_dispatch', { workflow: 'x.yml', message: '[skip ci]' })).toBe(true)
})

test('inputs get their defaults and types; a missing or unknown one is an error', () => {
  const on = workflow(
    '{ workflow_dispatch: { inputs: { who: { required: true }, dry: { type: boolean, default: true }, n: { type: number } } } }',
  ).on
  expect(withDefaults(on.workflow_dispatch, { who: 'ada' })).toEqual({ who: 'ada', dry: true, n: 0 })
  expect(withDefaults(on.workflow_dispatch, { who: 'ada', dry: 'false', n: '3' })).toEqual({
    who: 'ada',
    dry: false,
    n: 3,
  })
  expect(() => withDefaults(on.workflow_dispatch, {})).toThrow('"who" was not provided')
  expect(() => withDefaults(on.workflow_dispatch, { who: 'ada', what: 1 })).toThrow('what')
})
