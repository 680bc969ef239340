import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { WorkflowRun } from '../../../../rehearsal/github/types.js'
import { startRunner } from '../../../../rehearsal/runner/runner.js'
import {
  at,
  commitFile,
  deploy,
  type EmulatorFixture,
  refusal,
  startEmulatorFixture,
} from '../../../fixtures/emulator.js'

const listening = `on:
  pull_request:
  pull_request_review:
  pull_request_target:
  workflow_run: { workflows: [dispatched], types: [requested, completed] }
jobs: { a: { runs-on: ubuntu-latest, steps: [{ run: echo }] } }
`

/** A repository with a workflow that hears of all these, a fork of eve's with a branch, and a runner without act: a run that starts fails. */
async function startForked() {
  const fixture = await startEmulatorFixture()
  const { github } = fixture
  const eve = fixture.client(github.createUser('eve').token)
  const ada = fixture.client(fixture.ada.token)
  await commitIn(ada, deploy, 'main', '.github/workflows/hears.yml', listening)
  await commitIn(ada, deploy, 'main', '.github/workflows/dispatched.yml', dispatched)
  await eve.rest.repos.createFork({ ...at })
  await branchIn(eve, 'topic')
  await commitIn(eve, fork, 'topic', 'by-eve', '1')
  const dir = join(fixture.dir, 'runner')
  await mkdir(dir)
  const runner = startRunner({ emulator: github, dir, tools: { act: '/no/act' }, actions: {} })
  return { fixture, github, eve, ada, runner }
}

const fork = 'eve/deploy'
type Client = ReturnType<EmulatorFixture['client']>

const tipIn = async (client: Client, repo: string, branch: string) => {
  const [owner = '', name = ''] = repo.split('/')
  return (await client.rest.git.getRef({ owner, repo: name, ref: `heads/${branch}` })).data.object.sha
}

async function branchIn(eve: Client, name: string): Promise<void> {
  const sha = await tipIn(eve, fork, 'main')
  await eve.rest.git.createRef({ owner: 'eve', repo: 'deploy', ref: `refs/heads/${name}`, sha })
}

async function commitIn(client: Client, repo: string, branch: string, path: string, text: string): Promise<void> {
  const input = {
    branch: { repositoryNameWithOwner: repo, branchName: branch },
    expectedHeadOid: await tipIn(client, repo, branch),
    message: { headline: path },
    fileChanges: { additions: [{ path, contents: Buffer.from(text).toString('base64') }] },
  }
  await client.graphql(
    'mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }',
    { input },
  )
}

const dispatched = `name: dispatched
on: workflow_dispatch
jobs: { a: { runs-on: ubuntu-latest, steps: [{ run: echo }] } }
`

const runs = async ({ ada }: { ada: Client }) => {
  const { data } = await ada.rest.actions.listWorkflowRunsForRepo({ ...at, per_page: 100 })
  return data.workflow_runs.map(({ event, status, conclusion }) => `${event} ${status} ${conclusion}`).sort()
}

test("runs of a first-time contributor's fork wait until a member approves them; pull_request_target does not", async () => {
  const place = await startForked()
  await using _fixture = place.fixture
  await using runner = place.runner
  const { ada, eve, github } = place
  const { data: pull } = await eve.rest.pulls.create({ ...at, head: 'eve:topic', base: 'main', title: 'T' })
  await ada.rest.pulls.createReview({ ...at, pull_number: pull.number, event: 'APPROVE' })
  await runner.idle()
  expect(await runs(place)).toEqual([
    'pull_request completed action_required',
    'pull_request_review completed action_required',
    'pull_request_target completed failure',
  ])
  const told = github.events.filter(({ name, payload }) => {
    const { workflow_run: run } = payload as { workflow_run?: { event: string } }
    return name === 'workflow_run' && run?.event === 'pull_request_review'
  })
  expect(told.map(({ action }) => action)).toEqual(['requested'])

  const { data } = await ada.rest.actions.listWorkflowRunsForRepo({ ...at, event: 'pull_request_review' })
  const run = { ...at, run_id: data.workflow_runs[0]?.id ?? 0 }
  expect((await refusal(eve.rest.actions.approveWorkflowRun(run))).status).toBe(403)
  await ada.rest.actions.approveWorkflowRun(run)
  await runner.idle()
  expect((await ada.rest.actions.getWorkflowRun(run)).data).toMatchObject({ conclusion: 'failure', run_attempt: 1 })
  expect((await refusal(ada.rest.actions.approveWorkflowRun(run))).status).toBe(403)
})

test.each<['nobody' | 'outside' | undefined, boolean]>([
  [undefined, false],
  ['outside', true],
  ['nobody', false],
])('who had something merged before is no first-time contributor (rule: %s)', async (rule, waits) => {
  await using fixture = await startEmulatorFixture()
  const { github } = fixture
  const settings = github.repository(deploy)
  if (rule) settings.approveRunsOf = rule
  const eve = fixture.client(github.createUser('eve').token)
  const ada = fixture.client(fixture.ada.token)
  await eve.rest.repos.createFork({ ...at })
  for (const name of ['one', 'two']) {
    await branchIn(eve, name)
    await commitIn(eve, fork, name, name, 'x')
    const { data: pull } = await eve.rest.pulls.create({ ...at, head: `eve:${name}`, base: 'main', title: name })
    if (name === 'one') await ada.rest.pulls.merge({ ...at, pull_number: pull.number })
  }
  const opened = github.events.filter(({ name, action }) => name === 'pull_request' && action === 'opened')
  expect(opened.map((event) => event.needsApproval === true)).toEqual([rule !== 'nobody', waits])
})

test('a pull request that a job opened has runs that wait; of a comment of its there is none', async () => {
  const place = await startForked()
  await using fixture = place.fixture
  await using runner = place.runner
  const permissions = { contents: 'write', pull_requests: 'write', issues: 'write' } as const
  const job = fixture.client(place.github.mintJobToken(deploy, permissions, 1))
  await commitFile(job, 'topic', 'a', '1')
  const { data: pull } = await job.rest.pulls.create({ ...at, head: 'topic', base: 'main', title: 'T' })
  await job.rest.pulls.update({ ...at, pull_number: pull.number, title: 'U' })
  await runner.idle()
  expect(await runs(place)).toEqual(['pull_request completed action_required'])
})

test.each<[string, (place: Awaited<ReturnType<typeof startForked>>) => Promise<WorkflowRun>, string[]]>([
  ['a person dispatched', async ({ ada, github, runner }) => start(ada, github, runner), ['completed', 'requested']],
  [
    'a job dispatched',
    async ({ fixture, github, runner }) =>
      start(fixture.client(github.mintJobToken(deploy, { actions: 'write' }, 1)), github, runner),
    [],
  ],
])('whoever listens to the end of a run that %s', async (_, act, heard) => {
  const place = await startForked()
  await using _fixture = place.fixture
  await using runner = place.runner
  await act(place)
  await runner.idle()
  const events = place.github.events.filter(({ name, startsWorkflows }) => name === 'workflow_run' && startsWorkflows)
  const theirs = events.filter(({ payload }) => (payload['workflow'] as { name: string }).name === 'dispatched')
  expect(
    theirs
      .map(({ action }) => action)
      .filter((action) => action !== 'in_progress')
      .sort(),
  ).toEqual(heard)
})

test('a run that a job starts again is heard of no more', async () => {
  const place = await startForked()
  await using fixture = place.fixture
  await using runner = place.runner
  const { ada, github } = place
  const run = await start(ada, github, runner)
  const before = github.events.length
  const job = fixture.client(github.mintJobToken(deploy, { actions: 'write' }, 1))
  await job.rest.actions.reRunWorkflow({ ...at, run_id: run.id })
  await runner.idle()
  const later = github.events.slice(before).filter(({ name }) => name === 'workflow_run')
  expect(later.filter(({ startsWorkflows }) => startsWorkflows)).toEqual([])
  expect(later.map(({ action }) => action)).toContain('completed')
})

async function start(client: Client, github: EmulatorFixture['github'], runner: { idle(): Promise<void> }) {
  await client.rest.actions.createWorkflowDispatch({ ...at, workflow_id: 'dispatched.yml', ref: 'main' })
  await runner.idle()
  const last = github.events.findLast(({ name, payload }) => {
    const { workflow } = payload as { workflow?: { name?: string } }
    return name === 'workflow_run' && workflow?.name === 'dispatched'
  })
  return (last?.payload as { workflow_run: WorkflowRun } | undefined)?.workflow_run as WorkflowRun
}
