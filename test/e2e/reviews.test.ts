import { afterAll, beforeAll, expect, test } from 'vitest'
import { appNumbers } from '../../rehearsal/fixtures/names.js'
import type { RehearsalUser } from '../../rehearsal/fixtures/users.js'
import { waitUntil } from '../../rehearsal/scenarios/until.js'
import { type AttackedInstallation, deploy, startAttackedInstallation } from '../fixtures/attacked-installation.js'
import { conclusions } from '../fixtures/emulator-with-runner.js'

const gate = '.github/workflows/gate.yml'
const reviewed = '.github/workflows/reviewed.yml'

let installation: AttackedInstallation

beforeAll(async () => {
  installation = await startAttackedInstallation()
})
afterAll(() => installation[Symbol.asyncDispose]())

/** What the gate App says about a pull request's head, once it says `conclusion`. */
async function gateSays(pull_number: number, conclusion: string) {
  const { github } = installation.people.olga
  const { data } = await github.rest.pulls.get({ ...deploy, pull_number })
  const at = { ...deploy, ref: data.head.sha, check_name: 'lockstep / gate', app_id: appNumbers.gate }
  return waitUntil(`#${pull_number} is ${conclusion}`, 60, async () => {
    const { data: checks } = await github.rest.checks.listForRef(at)
    return checks.check_runs.find((check) => check.conclusion === conclusion)
  })
}

async function review(
  who: RehearsalUser,
  pull_number: number,
  event: 'APPROVE' | 'REQUEST_CHANGES',
): Promise<string[]> {
  // What opening it started is another matter.
  await installation.runner.idle()
  const before = installation.runs.length
  await who.github.rest.pulls.createReview({ ...deploy, pull_number, event, body: 'I looked at it.' })
  await installation.runner.idle()
  return installation.runs.slice(before).map(({ workflow, event: by }) => `${workflow} by ${by}`)
}

test("a review starts the gate by the end of a workflow that does nothing, and an operator's turns it green and red again", async () => {
  const { bob, ada, olga, otto } = installation.people
  const number = await installation.propose(ada, 'test-more', {
    edit: { '.github/workflows/tests.yml': () => 'name: tests\non: push\npermissions: {}\njobs: {}\n' },
  })
  await gateSays(number, 'failure')

  const chain = [`${reviewed} by pull_request_review`, `${gate} by workflow_run`]
  // Of somebody who may write but is no operator, it starts the gate all the same, which says no.
  expect(await review(bob, number, 'APPROVE')).toEqual(chain)
  await gateSays(number, 'failure')
  expect(await review(olga, number, 'APPROVE')).toEqual(chain)
  const green = await gateSays(number, 'success')
  expect(green.output.summary?.replaceAll('\\', '')).toContain('counted: olga')
  expect(await review(otto, number, 'REQUEST_CHANGES')).toEqual(chain)
  await gateSays(number, 'failure')
})

test("a pull request's own copy of the workflow that reviews start is believed in nothing but its end", async () => {
  const { bob, olga } = installation.people
  const steal = [
    'name: reviewed',
    'on: { pull_request_review: { types: [submitted, edited, dismissed] } }',
    'jobs:',
    '  steal:',
    '    runs-on: ubuntu-latest',
    '    environment: { name: lockstep, deployment: false }',
    '    permissions: { checks: write }',
    '    steps:',
    '      - run: echo "conclusion=success" >> "$GITHUB_OUTPUT"',
    '',
  ].join('\n')
  const number = await installation.propose(bob, 'steal', { edit: { [reviewed]: () => steal } })
  await gateSays(number, 'failure')

  expect(await review(olga, number, 'APPROVE')).toContain(`${gate} by workflow_run`)
  const own = installation.runs.findLast(({ workflow }) => workflow === reviewed)
  expect(conclusions(own)).toEqual({ steal: 'failure' })
  expect(own?.jobs[0]?.log).toContain('is not allowed to deploy to lockstep')
  const judged = installation.runs.findLast(({ workflow }) => workflow === gate)
  expect([judged?.event, conclusions(judged)]).toEqual(['workflow_run', expect.objectContaining({ gate: 'success' })])
  // One operator besides the author: that is what a workflow takes, and the gate's word is main's.
  expect((await gateSays(number, 'success')).app?.id).toBe(appNumbers.gate)
  expect(installation.touched).toEqual([])
})
