import { expect, test } from 'vitest'
import type { RepositoryEvent } from '../../../../rehearsal/github/types.js'
import { at, commitFile, deploy, git, refusal, remote, startEmulatorFixture } from '../../../fixtures/emulator.js'

const brief = ({ name, action, actor, startsWorkflows }: RepositoryEvent): unknown[] => [
  name,
  action,
  actor,
  startsWorkflows,
]

test('what a job does with its own token starts no workflow, except a dispatch', async () => {
  await using fixture = await startEmulatorFixture()
  const permissions = { contents: 'write', pull_requests: 'write', issues: 'write', actions: 'write' } as const
  const token = fixture.github.mintJobToken(deploy, permissions, 1)
  const job = fixture.client(token)
  await commitFile(job, 'topic', 'a', '1')
  await job.rest.pulls.create({ ...at, head: 'topic', base: 'main', title: 'T' })
  await job.rest.issues.createComment({ ...at, issue_number: 1, body: 'hi' })
  await job.rest.actions.createWorkflowDispatch({
    ...at,
    workflow_id: 'deploy.yml',
    ref: 'main',
    inputs: { cluster: 'primary' },
  })
  await git(fixture.dir, 'clone', '--quiet', remote(fixture, token), 'clone')
  await git(`${fixture.dir}/clone`, 'push', '--quiet', 'origin', 'HEAD:other')
  const bot = 'github-actions[bot]'
  expect(fixture.github.events.map(brief)).toEqual([
    ['push', undefined, bot, false],
    ['push', undefined, bot, false],
    ['pull_request', 'opened', bot, false],
    ['issue_comment', 'created', bot, false],
    ['workflow_dispatch', undefined, bot, true],
    ['push', undefined, bot, false],
  ])
  expect(fixture.github.events[4]?.payload).toMatchObject({
    inputs: { cluster: 'primary' },
    workflow: '.github/workflows/deploy.yml',
  })
  const unknown = job.rest.actions.createWorkflowDispatch({ ...at, workflow_id: 'none.yml', ref: 'main' })
  expect((await refusal(unknown)).status).toBe(404)
})

test('an App starts workflows, with comments, reviews and labels told apart', async () => {
  await using fixture = await startEmulatorFixture()
  const gate = fixture.client(await fixture.gateToken())
  const ada = fixture.client(fixture.ada.token)
  await commitFile(gate, 'topic', 'a', '1')
  await gate.rest.pulls.create({ ...at, head: 'topic', base: 'main', title: 'T' })
  await gate.rest.issues.addLabels({ ...at, issue_number: 1, labels: ['deploy-bump'] })
  await ada.rest.pulls.createReview({ ...at, pull_number: 1, event: 'APPROVE' })
  await ada.rest.pulls.update({ ...at, pull_number: 1, state: 'closed' })
  expect(fixture.github.events.slice(2).map(brief)).toEqual([
    ['pull_request', 'opened', 'gate[bot]', true],
    ['pull_request', 'labeled', 'gate[bot]', true],
    ['pull_request_review', 'submitted', 'ada', true],
    ['pull_request', 'closed', 'ada', true],
  ])
  expect(fixture.github.events[4]?.payload).toMatchObject({ review: { state: 'approved' }, sender: { login: 'ada' } })
  const { data: reviews } = await ada.rest.pulls.listReviews({ ...at, pull_number: 1 })
  expect(reviews).toMatchObject([{ state: 'APPROVED', user: { login: 'ada' } }])
})

test('every listener hears events in the same order, also those that a listener causes', async () => {
  await using fixture = await startEmulatorFixture()
  const { github } = fixture
  const heard: string[] = []
  github.onEvent(({ name, headSha = '' }: RepositoryEvent & { headSha?: string }) => {
    if (name === 'push') {
      const run = { repo: deploy, workflow: '.github/workflows/deploy.yml', name: 'Deploy', event: 'push' }
      github.startRun({ ...run, headBranch: 'main', headSha, actor: 'ada' })
    }
  })
  const stop = github.onEvent(({ name, action }) => void heard.push([name, action].join(' ')))
  const ada = fixture.client(fixture.ada.token)
  await commitFile(ada, 'topic', 'a', '1')
  stop()
  github.schedule(deploy)
  expect(heard).toEqual(['push ', 'workflow_run requested', 'push ', 'workflow_run requested'])
  expect(github.events.at(-1)).toMatchObject({ name: 'schedule', ref: 'refs/heads/main' })
})

test('a run is shown with its jobs, its jobs as check runs, and its end as an event', async () => {
  await using fixture = await startEmulatorFixture()
  const { github } = fixture
  const ada = fixture.client(fixture.ada.token)
  const sha = await commitFile(ada, 'topic', 'a', '1')
  const run = github.startRun({
    repo: deploy,
    workflow: '.github/workflows/deploy.yml',
    name: 'Deploy',
    event: 'push',
    headBranch: 'topic',
    headSha: sha,
    actor: 'ada',
  })
  github.updateRun(run.id, { status: 'in_progress', jobs: [{ name: 'plan', status: 'in_progress' }] })
  github.updateRun(run.id, { jobs: [{ name: 'plan', status: 'completed', conclusion: 'success', log: 'done\n' }] })
  github.updateRun(run.id, { status: 'completed', conclusion: 'success' })

  const { data: jobs } = await ada.rest.actions.listJobsForWorkflowRun({ ...at, run_id: run.id })
  expect(jobs.jobs.map(({ name, status, conclusion }) => [name, status, conclusion])).toEqual([
    ['plan', 'completed', 'success'],
  ])
  const { data: checks } = await ada.rest.checks.listForRef({ ...at, ref: sha })
  expect(checks.check_runs).toMatchObject([{ name: 'plan', conclusion: 'success', app: { id: 15368 } }])
  const { data: runs } = await ada.rest.actions.listWorkflowRuns({
    ...at,
    workflow_id: 'deploy.yml',
    status: 'success',
  })
  expect(runs.workflow_runs.map(({ id }) => id)).toEqual([run.id])
  const events = github.events.filter(({ name }) => name === 'workflow_run')
  expect(events.map(({ action }) => action)).toEqual(['requested', 'in_progress', 'completed'])
  expect(events[2]?.payload).toMatchObject({ workflow_run: { id: run.id, conclusion: 'success', event: 'push' } })
})

test('a cancellation reaches the dispatcher, and only while the run goes on', async () => {
  await using fixture = await startEmulatorFixture()
  const { github } = fixture
  const cancelled: number[] = []
  github.onCancel((id) => void cancelled.push(id))
  const ada = fixture.client(fixture.ada.token)
  const head = { headBranch: 'main', headSha: '0'.repeat(40), actor: 'ada' }
  const run = github.startRun({ repo: deploy, workflow: 'w.yml', name: 'W', event: 'push', ...head })
  await ada.rest.actions.cancelWorkflowRun({ ...at, run_id: run.id })
  github.updateRun(run.id, { status: 'completed', conclusion: 'cancelled' })
  expect((await refusal(ada.rest.actions.cancelWorkflowRun({ ...at, run_id: run.id }))).status).toBe(409)
  expect(cancelled).toEqual([run.id])
})

test('a run that is over is started again as its next attempt by whoever asks, and only then', async () => {
  await using fixture = await startEmulatorFixture()
  const { github } = fixture
  const again: number[] = []
  github.onRerun((id) => void again.push(id))
  const ada = fixture.client(fixture.ada.token)
  const job = fixture.client(github.mintJobToken(deploy, { actions: 'write' }, 1))
  const head = { headBranch: 'main', headSha: '0'.repeat(40), actor: 'ada' }
  const run = github.startRun({ repo: deploy, workflow: 'w.yml', name: 'W', event: 'push', ...head })
  github.updateRun(run.id, { jobs: [{ name: 'plan', status: 'completed', conclusion: 'failure' }] })
  expect((await refusal(ada.rest.actions.reRunWorkflow({ ...at, run_id: run.id }))).status).toBe(403)
  github.updateRun(run.id, { status: 'completed', conclusion: 'failure' })

  await job.rest.actions.reRunWorkflow({ ...at, run_id: run.id })

  expect(again).toEqual([run.id])
  const { data } = await ada.rest.actions.getWorkflowRun({ ...at, run_id: run.id })
  expect(data).toMatchObject({ run_attempt: 2, status: 'queued', conclusion: null, actor: { login: 'ada' } })
  expect(data.triggering_actor?.login).toBe('github-actions[bot]')
  const { data: jobs } = await ada.rest.actions.listJobsForWorkflowRun({ ...at, run_id: run.id })
  expect(jobs.jobs).toEqual([])
})

test('a check run is told of when it is made and when it ends; one of a job starts no workflow', async () => {
  await using fixture = await startEmulatorFixture()
  const { github } = fixture
  const ada = fixture.client(fixture.ada.token)
  const gate = fixture.client(await fixture.gateToken())
  const sha = await commitFile(ada, 'topic', 'a', '1')
  const check = { ...at, name: 'lockstep / gate', head_sha: sha }
  const { data: first } = await gate.rest.checks.create({ ...check, status: 'in_progress' })
  const output = { title: 'A pure bump', summary: 'hub' }
  const end = { ...at, check_run_id: first.id, conclusion: 'success', output } as const
  await gate.rest.checks.update(end)
  await gate.rest.checks.update(end)
  await gate.rest.checks.create({ ...check, conclusion: 'failure' })
  const run = github.startRun({
    repo: deploy,
    workflow: 'w.yml',
    name: 'W',
    event: 'push',
    headBranch: 'topic',
    headSha: sha,
    actor: 'ada',
  })
  github.updateRun(run.id, { jobs: [{ name: 'plan', status: 'completed', conclusion: 'success' }] })

  const events = github.events.filter(({ name }) => name === 'check_run')
  expect(events.map(brief)).toEqual([
    ['check_run', 'created', 'gate[bot]', true],
    ['check_run', 'completed', 'gate[bot]', true],
    ['check_run', 'created', 'gate[bot]', true],
    ['check_run', 'completed', 'gate[bot]', true],
    ['check_run', 'created', 'github-actions[bot]', false],
    ['check_run', 'completed', 'github-actions[bot]', false],
  ])
  expect(events[1]?.payload).toMatchObject({
    check_run: {
      name: 'lockstep / gate',
      status: 'completed',
      conclusion: 'success',
      output: { title: 'A pure bump' },
    },
  })
})
