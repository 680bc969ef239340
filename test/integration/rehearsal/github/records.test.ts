import { expect, test } from 'vitest'
import { at, commitFile, deploy, refusal, startEmulatorFixture } from '../../../fixtures/emulator.js'

test('deployments are filtered, their newest status comes first, and a success retires the one before', async () => {
  await using fixture = await startEmulatorFixture()
  const gate = fixture.client(await fixture.gateToken())
  const deployTo = async (environment: string): Promise<number> => {
    const { data } = await gate.rest.repos.createDeployment({
      ...at,
      ref: 'main',
      environment,
      auto_merge: false,
      required_contexts: [],
      payload: { run: '1/1' },
      production_environment: false,
    })
    if (!('id' in data)) throw new Error('no deployment')
    return data.id
  }
  const say = (deployment_id: number, state: 'in_progress' | 'success'): Promise<unknown> =>
    gate.rest.repos.createDeploymentStatus({ ...at, deployment_id, state })
  const states = async (deployment_id: number): Promise<string[]> =>
    (await gate.rest.repos.listDeploymentStatuses({ ...at, deployment_id })).data.map(({ state }) => state)

  const one = await deployTo('primary')
  const elsewhere = await deployTo('staging')
  await say(one, 'in_progress')
  await say(one, 'success')
  await say(elsewhere, 'success')
  const two = await deployTo('primary')
  await say(two, 'success')
  expect(await states(one)).toEqual(['inactive', 'success', 'in_progress'])
  expect(await states(elsewhere)).toEqual(['success'])

  const { data: list } = await gate.rest.repos.listDeployments({ ...at, environment: 'primary' })
  expect(list.map(({ id }) => id)).toEqual([two, one])
  expect(list[0]).toMatchObject({
    payload: { run: '1/1' },
    performed_via_github_app: null,
    creator: { login: 'gate[bot]', type: 'Bot', id: fixture.gate.bot },
  })
})

test('environments are listed, and a misspelt one is 404', async () => {
  await using fixture = await startEmulatorFixture()
  const { environments } = fixture.github.repository(deploy)
  environments.set('primary', { name: 'primary', branches: ['main'], secrets: { KUBECONFIG: 'x' }, variables: {} })
  environments.set('free', { name: 'free', branches: [], secrets: {}, variables: {} })
  const ada = fixture.client(fixture.ada.token)
  const { data } = await ada.rest.repos.getAllEnvironments(at)
  expect(
    data.environments?.map(({ name, deployment_branch_policy }) => [
      name,
      deployment_branch_policy?.custom_branch_policies,
    ]),
  ).toEqual([
    ['primary', true],
    ['free', undefined],
  ])
  expect(JSON.stringify(data)).not.toContain('KUBECONFIG')
  expect((await refusal(ada.rest.repos.getEnvironment({ ...at, environment_name: 'prmie' }))).status).toBe(404)

  const gate = fixture.client(await fixture.gateToken())
  const made = { ...at, ref: 'main', environment: 'prmie', auto_merge: false, required_contexts: [] }
  await gate.rest.repos.createDeployment(made)
  const { data: open } = await ada.rest.repos.getEnvironment({ ...at, environment_name: 'prmie' })
  expect(open.deployment_branch_policy).toBeNull()
})

test('the newest check of an App and name counts, and only its App changes it', async () => {
  await using fixture = await startEmulatorFixture()
  const gate = fixture.client(await fixture.gateToken())
  const sha = await commitFile(gate, 'topic', 'a', '1')
  const check = { ...at, name: 'lockstep / gate', head_sha: sha }
  const { data: first } = await gate.rest.checks.create({ ...check, status: 'in_progress' })
  await gate.rest.checks.update({
    ...at,
    check_run_id: first.id,
    conclusion: 'failure',
    output: { title: 'No', summary: 'Why' },
  })
  const { data: second } = await gate.rest.checks.create({ ...check, conclusion: 'success', external_id: '1/main/abc' })
  const job = fixture.client(fixture.github.mintJobToken(deploy, { checks: 'write' }, 1))
  await job.rest.checks.create({ ...check, conclusion: 'success' })
  expect(
    (await refusal(job.rest.checks.update({ ...at, check_run_id: second.id, conclusion: 'failure' }))).status,
  ).toBe(403)

  const { data } = await gate.rest.checks.listForRef({
    ...at,
    ref: 'topic',
    check_name: check.name,
    app_id: fixture.gate.id,
  })
  expect(data.check_runs).toMatchObject([{ id: second.id, conclusion: 'success', external_id: '1/main/abc' }])
  const { data: all } = await gate.rest.checks.listForRef({ ...at, ref: 'topic', filter: 'all' })
  expect(all.check_runs.map(({ conclusion, app }) => [conclusion, app?.slug])).toEqual([
    ['success', 'github-actions'],
    ['success', 'gate'],
    ['failure', 'gate'],
  ])
})

test('statuses combine to the worst of the newest of each context', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  const sha = await commitFile(ada, 'topic', 'a', '1')
  const combined = async (): Promise<string> =>
    (await ada.rest.repos.getCombinedStatusForRef({ ...at, ref: sha })).data.state
  expect(await combined()).toBe('pending')
  await ada.rest.repos.createCommitStatus({ ...at, sha, state: 'failure', context: 'lockstep / queue' })
  await ada.rest.repos.createCommitStatus({ ...at, sha, state: 'success', context: 'ci' })
  expect(await combined()).toBe('failure')
  await ada.rest.repos.createCommitStatus({ ...at, sha, state: 'success', context: 'lockstep / queue' })
  expect(await combined()).toBe('success')
})

test('assignees without access are dropped without a word, and never more than ten are kept', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  fixture.github.createUser('eve')
  const crew = Array.from({ length: 12 }, (_, n) => fixture.github.createUser(`crew-${n}`).login)
  await fixture.github.createRepository({
    repo: 'hub-org/big',
    files: { a: '1' },
    collaborators: Object.fromEntries([['ada', 'write'], ...crew.map((login) => [login, 'write'])]),
  })
  const repo = { owner: 'hub-org', repo: 'big' }
  const big = { ...repo, issue_number: 1 }
  await ada.rest.issues.create({ ...repo, title: 'Duty' })
  const { data: none } = await ada.rest.issues.addAssignees({ ...big, assignees: ['eve', 'nobody', 'ada'] })
  expect(none.assignees?.map(({ login }) => login)).toEqual(['ada'])
  const { data: many } = await ada.rest.issues.addAssignees({ ...big, assignees: crew })
  expect(many.assignees).toHaveLength(10)
  const { data: less } = await ada.rest.issues.removeAssignees({ ...big, assignees: ['ada'] })
  expect(less.assignees?.map(({ login }) => login)).toEqual(crew.slice(0, 9))
})

test('labels are made on first use, and a second of the same name is refused', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  await ada.rest.issues.create({ ...at, title: 'Hold' })
  await ada.rest.issues.addLabels({ ...at, issue_number: 1, labels: ['deploy-blocked-version'] })
  expect(await refusal(ada.rest.issues.createLabel({ ...at, name: 'Deploy-Blocked-Version' }))).toMatchObject({
    status: 422,
    errors: [{ code: 'already_exists' }],
  })
  const { data: held } = await ada.rest.issues.listForRepo({ ...at, labels: 'deploy-blocked-version', state: 'open' })
  expect(held.map(({ number }) => number)).toEqual([1])
  await ada.rest.issues.removeLabel({ ...at, issue_number: 1, name: 'deploy-blocked-version' })
  expect((await ada.rest.issues.get({ ...at, issue_number: 1 })).data.labels).toEqual([])
  await ada.rest.issues.update({ ...at, issue_number: 1, state: 'closed' })
  const { data: timeline } = await ada.rest.issues.listEvents({ ...at, issue_number: 1 })
  expect(timeline.map(({ event }) => event)).toEqual(['labeled', 'unlabeled', 'closed'])
})

test('a run waits for an environment’s reviewers: one of them decides for all its jobs, and nobody else', async () => {
  await using fixture = await startEmulatorFixture()
  const { environments } = fixture.github.repository(deploy)
  const protection = { branches: ['main'], reviewers: ['ada', 'olga'], preventSelfReview: true }
  environments.set('free', { name: 'free', branches: [], secrets: {}, variables: {} })
  environments.set('primary', { name: 'primary', ...protection, secrets: {}, variables: {} })
  const [olga, eve] = ['olga', 'eve'].map((login) => fixture.client(fixture.github.createUser(login).token))
  const ada = fixture.client(fixture.ada.token)
  const { data: described } = await ada.rest.repos.getEnvironment({ ...at, environment_name: 'primary' })
  expect(described.protection_rules?.map(({ type }) => type)).toEqual(['branch_policy', 'required_reviewers'])

  const { object } = (await ada.rest.git.getRef({ ...at, ref: 'heads/main' })).data
  const named = { workflow: '.github/workflows/deploy.yml', name: 'Deploy', event: 'push' }
  const run = fixture.github.startRun({ repo: deploy, ...named, headBranch: 'main', headSha: object.sha, actor: 'ada' })
  fixture.github.updateRun(run.id, { status: 'in_progress' })
  const never = new AbortController().signal
  const jobs = [1, 2].map(() => fixture.github.review(run.id, 'primary', never))

  const where = { ...at, run_id: run.id }
  const pending = async () => (await ada.rest.actions.getPendingDeploymentsForRun(where)).data
  const status = async () => (await ada.rest.actions.getWorkflowRun(where)).data.status
  expect(await pending()).toMatchObject([{ environment: { id: 2, name: 'primary' }, current_user_can_approve: false }])
  expect(await status()).toBe('waiting')

  const approve = (client: typeof olga, id = 2) =>
    client?.rest.actions.reviewPendingDeploymentsForRun({
      ...where,
      environment_ids: [id],
      state: 'approved',
      comment: 'Go',
    })
  for (const [client, id] of [[eve], [ada], [olga, 1]] as const) {
    await expect(approve(client, id)).rejects.toMatchObject({ status: 422 })
  }
  expect(await pending()).toHaveLength(1)
  await approve(olga)
  expect(await Promise.all(jobs)).toEqual([1, 2].map(() => ({ verdict: 'approved', by: 'olga', comment: 'Go' })))
  expect([await pending(), await status()]).toEqual([[], 'in_progress'])
  await expect(approve(olga)).rejects.toMatchObject({ status: 422 })

  const stop = new AbortController()
  const cancelled = fixture.github.review(run.id, 'primary', stop.signal)
  stop.abort()
  expect(await cancelled).toBeUndefined()
  expect([await pending(), await status()]).toEqual([[], 'in_progress'])
})

test('texts of issues and pull requests end at 65,536 characters, and titles at 256', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  await commitFile(ada, 'long', 'long.txt', '1')
  const make = async (title: string, body: string): Promise<number[]> => [
    (await refusal(ada.rest.issues.create({ ...at, title, body }))).status,
    (await refusal(ada.rest.pulls.create({ ...at, head: 'long', base: 'main', title, body }))).status,
  ]
  expect(await make('x', 'x'.repeat(65_537))).toEqual([422, 422])
  expect(await make('x'.repeat(257), 'x')).toEqual([422, 422])
  await ada.rest.issues.create({ ...at, title: 'x'.repeat(256), body: 'x'.repeat(65_536) })
})
