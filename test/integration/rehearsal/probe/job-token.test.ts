import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OpenRows } from '../../../../rehearsal/github/open-rows.js'
import { jobToken } from '../../../../rehearsal/probe/job-token.js'
import { type ProbeFixture, startProbeFixture } from '../../../fixtures/probe-session.js'

let fixture: ProbeFixture
beforeAll(async () => {
  fixture = await startProbeFixture()
})
afterAll(() => fixture[Symbol.asyncDispose]())

test.each(jobToken.map(({ row }) => row))('%s is as expected on the emulator', async (row) => {
  const { kind, told } = await fixture.verdict(row)
  expect(`${kind}: ${told}`).toMatch(/^expected: /)
})

test.each<[string, Partial<OpenRows>, string]>([
  ['I14', { jobsViewer: 'slug' }, 'github-actions and github-actions[bot]'],
  ['D17', { jobsSeeOthersDeployments: false }, 'FORBIDDEN'],
  ['P8', { othersByGraphQL: 'forbidden' }, 'pull requests: FORBIDDEN, blobs: FORBIDDEN, issues: FORBIDDEN'],
  ['P8', { othersByGraphQL: 'not-found' }, 'pull requests: NOT_FOUND, blobs: NOT_FOUND, issues: NOT_FOUND'],
])('%s differs where the switch is turned: %o', async (row, rows, told) => {
  const { openRows } = fixture.github
  const before = { ...openRows }
  Object.assign(openRows, rows)
  expect(await fixture.verdict(row)).toMatchObject({ kind: 'differs', told })
  Object.assign(openRows, before)
})

test.each<[string, string, string, unknown, string]>([
  ['A20', 'GET', '/rate_limit', { resources: { core: { limit: 60 } } }, '60 an hour'],
  ['A26', 'GET', '*/actions/runs', { workflow_runs: [{ id: 1, path: '', conclusion: 'success' }] }, 'runs'],
  ['P7', 'GET', '*/collaborators/*', {}, 'checks, pulls and a comparison: 200, 200, 200; a collaborator: 200'],
])('%s differs where GitHub answers otherwise', async (row, method, path, body, told) => {
  await (await fixture.session()).place('plain')
  const match = row === 'A26' ? { method, path: /actions\/runs\?.*event=pull_request/ } : { method, path }
  fixture.github.faults.next({ kind: 'answer', body, match })
  expect(await fixture.verdict(row)).toMatchObject({ kind: 'differs', told })
})

test('C22 differs where jobs may open no pull requests', async () => {
  const message = 'GitHub Actions is not permitted to create or approve pull requests.'
  const body = { data: { revertPullRequest: null }, errors: [{ message, type: 'UNPROCESSABLE' }] }
  const graphql = { method: 'POST', path: '/graphql' }
  // The probe's own commits come first: two for the pull requests, one for the workflow.
  fixture.github.faults.next({ kind: 'answer', body, match: graphql, skip: 3 })
  expect(await fixture.verdict('C22')).toMatchObject({
    kind: 'differs',
    told: 'refused; over a changed workflow: refused',
  })
})

test('a job that tells nothing leaves its row unsettled', async () => {
  fixture.github.faults.next({ kind: 'status', status: 500, match: { method: 'GET', path: '/rate_limit' } })
  expect(await fixture.verdict('A20')).toMatchObject({
    kind: 'not settled',
    told: expect.stringContaining('told nothing'),
  })
})
