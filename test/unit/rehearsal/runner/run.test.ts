import { expect, test } from 'vitest'
import type { WorkflowRun } from '../../../../rehearsal/github/types.js'
import { interpolateText } from '../../../../rehearsal/runner/expression.js'
import { runContexts } from '../../../../rehearsal/runner/run.js'
import type { WorkflowStart } from '../../../../rehearsal/runner/triggers.js'
import { parseWorkflow } from '../../../../rehearsal/runner/workflow.js'

const workflow = parseWorkflow(
  '.github/workflows/gate.yml',
  `
on:
  pull_request_target:
  workflow_dispatch: { inputs: { pull: { required: true, type: number } } }
jobs: { a: { runs-on: ubuntu-latest, steps: [{ run: echo }] } }
`,
)
const run: WorkflowRun = {
  ...{
    id: 7,
    number: 2,
    attempt: 1,
    repo: 'o/r',
    workflow: workflow.path,
    name: 'gate',
    title: 'gate',
    headRepo: 'o/r',
    event: 'x',
    headBranch: 'change',
    headSha: 'abc',
  },
  ...{ actor: 'ada', triggeringActor: 'olga', pullRequests: [], status: 'queued', conclusion: null, jobs: [] },
  ...{ createdAt: '', updatedAt: '', startedAt: null },
}
const settings = {
  gitDir: '',
  defaultBranch: 'main',
  environments: new Map(),
  secrets: {},
  variables: { A: 'a' },
  private: false,
  adminsMayBypass: false,
  collaborators: new Map(),
}

function contexts(event: string, payload: Record<string, unknown>) {
  const occasion = {
    event,
    action: undefined,
    branch: 'main',
    tag: undefined,
    workflow: undefined,
    changed: undefined,
    message: undefined,
  }
  const start: WorkflowStart = {
    occasion,
    ref: 'refs/heads/main',
    sha: 'def',
    headRepo: 'o/r',
    headBranch: 'change',
    headSha: 'abc',
    title: undefined,
    pullRequests: [3],
    actor: 'ada',
    payload,
    repo: 'o/r',
  }
  return runContexts({ run, start, workflow, stop: new AbortController() }, settings, 'http://127.0.0.1:1')
}

test.each([
  ['pull_request_target', { pull_request: { number: 3 } }],
  ['workflow_dispatch', { inputs: { pull: '3' } }],
])('a concurrency group can name the pull request, whether it comes from %s', (event, payload) => {
  expect(interpolateText('gate-${{ github.event.pull_request.number || inputs.pull }}', contexts(event, payload))).toBe(
    'gate-3',
  )
})

test('a dispatch without its required input is an error', () => {
  expect(() => contexts('workflow_dispatch', { inputs: {} })).toThrow('"pull" was not provided')
})

test('the run is known by its facts', () => {
  const text =
    '${{ github.run_id }}/${{ github.run_attempt }} ${{ github.actor }} ${{ github.triggering_actor }} ${{ github.ref_name }} ${{ github.base_ref }} ${{ vars.A }}'
  expect(interpolateText(text, contexts('pull_request_target', {}))).toBe('7/1 ada olga main main a')
})
