import { expect, test } from 'vitest'
import { at, commitFile, deploy, refusal, startEmulatorFixture } from '../../../fixtures/emulator.js'

const deployment = { ...at, ref: 'main', environment: 'x', auto_merge: false, required_contexts: [], payload: { a: 1 } }

test('what an App made names its bot, and the App only on comments (I1 to I5)', async () => {
  await using fixture = await startEmulatorFixture()
  const gate = fixture.client(await fixture.gateToken())
  const bot = { id: fixture.gate.bot, login: 'gate[bot]', type: 'Bot' }
  expect(fixture.gate.bot).not.toBe(fixture.gate.id)

  const { data: issue } = await gate.rest.issues.create({ ...at, title: 'probe' })
  expect(issue).toMatchObject({ performed_via_github_app: null, user: bot })
  const { data: comment } = await gate.rest.issues.createComment({ ...at, issue_number: issue.number, body: 'probe' })
  expect(comment).toMatchObject({ performed_via_github_app: { id: fixture.gate.id }, user: bot })
  const { data: made } = await gate.rest.repos.createDeployment(deployment)
  expect(made).toMatchObject({ performed_via_github_app: null, creator: bot })
  const deployment_id = 'id' in made ? made.id : 0
  const { data: status } = await gate.rest.repos.createDeploymentStatus({ ...at, deployment_id, state: 'success' })
  expect(status).toMatchObject({ performed_via_github_app: null, creator: bot })

  expect((await gate.rest.users.getByUsername({ username: 'gate[bot]' })).data).toMatchObject(bot)
  // I8
  const query = `{ repository(owner: "hub-org", name: "deploy") { issue(number: ${issue.number}) {
    author { __typename login ... on Bot { databaseId } } } } }`
  expect(await gate.graphql(query)).toEqual({
    repository: { issue: { author: { __typename: 'Bot', login: 'gate', databaseId: bot.id } } },
  })
})

test('a renamed App keeps its numbers, and a fixture chooses them', async () => {
  await using fixture = await startEmulatorFixture()
  expect(fixture.github.createApp({ id: 12, slug: 'other', permissions: {}, bot: 34 })).toMatchObject({
    id: 12,
    bot: 34,
  })
  const gate = fixture.client(await fixture.gateToken())
  await gate.rest.issues.create({ ...at, title: 'before' })
  fixture.github.renameApp(fixture.gate.id, 'gatekeeper')
  await gate.rest.issues.create({ ...at, title: 'after' })
  const { data } = await gate.rest.issues.listForRepo(at)
  expect(data.map(({ user }) => [user?.login, user?.id])).toEqual([
    ['gatekeeper[bot]', fixture.gate.bot],
    ['gatekeeper[bot]', fixture.gate.bot],
  ])
  expect((await refusal(gate.rest.users.getByUsername({ username: 'gate[bot]' }))).status).toBe(404)
})

test('the Deployment of a job with an environment is empty, and in the name of who started the run (I6)', async () => {
  await using fixture = await startEmulatorFixture()
  const gate = fixture.client(await fixture.gateToken())
  const about = { repo: deploy, workflow: '.github/workflows/deploy.yml', name: 'Deploy', event: 'push' }
  const { data: main } = await gate.rest.git.getRef({ ...at, ref: 'heads/main' })
  const head = { headBranch: 'main', headSha: main.object.sha, actor: 'gate[bot]' }
  const end = fixture.github.jobDeployment(fixture.github.startRun({ ...about, ...head }).id, 'staging')
  end(true)

  const { data } = await gate.rest.repos.listDeployments({ ...at, environment: 'staging' })
  const creator = { id: fixture.gate.bot, type: 'Bot' }
  expect(data).toMatchObject([{ task: 'deploy', sha: main.object.sha, payload: {}, creator }])
  const deployment_id = data[0]?.id ?? 0
  const { data: statuses } = await gate.rest.repos.listDeploymentStatuses({ ...at, deployment_id })
  expect(statuses).toMatchObject([
    { state: 'success', creator },
    { state: 'in_progress', creator },
  ])
})

test("an issue's text edits are told one by one, the newest first, whatever sets its editor (I10)", async () => {
  await using fixture = await startEmulatorFixture()
  const gate = fixture.client(await fixture.gateToken())
  const ada = fixture.client(fixture.ada.token)
  const { data } = await gate.rest.issues.create({ ...at, title: 'probe', body: 'one' })
  const issue = { ...at, issue_number: data.number }
  const query = `{ repository(owner: "hub-org", name: "deploy") { issue(number: ${data.number}) {
    editor { login } userContentEdits(first: 9) { totalCount nodes { editor { login } } } } } }`
  const ask = async () => {
    const answer = await gate.graphql<{ repository: { issue: { editor: unknown; userContentEdits: unknown } } }>(query)
    return answer.repository.issue
  }
  await ada.rest.issues.addLabels({ ...issue, labels: ['x'] })
  expect(await ask()).toEqual({ editor: null, userContentEdits: { totalCount: 0, nodes: [] } })
  await ada.rest.issues.update({ ...issue, body: 'two' })
  const [ofAda, ofGate] = [{ editor: { login: 'ada' } }, { editor: { login: 'gate' } }]
  const userContentEdits = { totalCount: 2, nodes: [ofAda, ofGate] }
  expect(await ask()).toEqual({ ...ofAda, userContentEdits })

  fixture.github.openRows.issueEditor = 'anything'
  await gate.rest.issues.addLabels({ ...issue, labels: ['y'] })
  expect(await ask()).toEqual({ ...ofGate, userContentEdits })
})

test('labels given at creation are events or not (I9), and events come page by page from the newest back', async () => {
  await using fixture = await startEmulatorFixture()
  const gate = fixture.client(await fixture.gateToken())
  const page = async (number: number, before: string) => {
    const query = `{ repository(owner: "hub-org", name: "deploy") { issue(number: ${number}) {
      timelineItems(last: 2, ${before}itemTypes: [LABELED_EVENT]) { pageInfo { hasPreviousPage startCursor }
        nodes { ... on LabeledEvent { label { name } } } } } } }`
    type Items = { pageInfo: { startCursor: string }; nodes: { label: { name: string } }[] }
    const answer = await gate.graphql<{ repository: { issue: { timelineItems: Items } } }>(query)
    return answer.repository.issue.timelineItems
  }
  const create = async () =>
    (await gate.rest.issues.create({ ...at, title: 'probe', labels: ['a', 'b', 'c'] })).data.number
  const number = await create()
  const newest = await page(number, '')
  const names = ({ nodes }: Awaited<ReturnType<typeof page>>): string[] => nodes.map(({ label }) => label.name)
  expect([names(newest), newest.pageInfo]).toMatchObject([['b', 'c'], { hasPreviousPage: true }])
  const older = await page(number, `before: "${newest.pageInfo.startCursor}", `)
  expect([names(older), older.pageInfo]).toMatchObject([['a'], { hasPreviousPage: false }])

  fixture.github.openRows.labelsAtCreation = 'silent'
  expect(names(await page(await create(), ''))).toEqual([])
})

test("a reaction moves a comment's date or not, and never its text's last edit (I11)", async () => {
  await using fixture = await startEmulatorFixture()
  const gate = fixture.client(await fixture.gateToken())
  const { data: issue } = await gate.rest.issues.create({ ...at, title: 'probe' })
  const comment = async (): Promise<{ id: number; node_id: string }> =>
    (await gate.rest.issues.createComment({ ...at, issue_number: issue.number, body: 'one' })).data
  const edited = async ({ node_id }: { node_id: string }) =>
    (
      await gate.graphql<{ nodes: unknown }>(
        'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on IssueComment { lastEditedAt } } }',
        { ids: [node_id] },
      )
    ).nodes
  const one = await comment()
  await gate.rest.reactions.createForIssueComment({ ...at, comment_id: one.id, content: 'eyes' })
  expect(await edited(one)).toEqual([{ lastEditedAt: null }])
  const { data } = await gate.rest.issues.updateComment({ ...at, comment_id: one.id, body: 'two' })
  expect(await edited(one)).toEqual([{ lastEditedAt: data.updated_at }])

  fixture.github.openRows.commentUpdates = 'anything'
  const other = await comment()
  await new Promise((done) => setTimeout(done, 1100))
  await gate.rest.reactions.createForIssueComment({ ...at, comment_id: other.id, content: 'eyes' })
  const { data: now } = await gate.rest.issues.getComment({ ...at, comment_id: other.id })
  expect(now.updated_at).not.toBe(now.created_at)
  expect(await edited(other)).toEqual([{ lastEditedAt: null }])
})

test("a job's viewer has its login with or without its end (I14)", async () => {
  await using fixture = await startEmulatorFixture()
  const job = fixture.client(fixture.github.mintJobToken(deploy, {}, 1))
  const viewer = async () => (await job.graphql<{ viewer: { login: string } }>('{ viewer { login } }')).viewer.login
  expect(await viewer()).toBe('github-actions[bot]')
  fixture.github.openRows.jobsViewer = 'slug'
  expect(await viewer()).toBe('github-actions')
})

test("a Deployment of what only a fork's pull request has is made or refused (D1)", async () => {
  await using fixture = await startEmulatorFixture()
  const gate = fixture.client(await fixture.gateToken())
  const sha = await commitFile(fixture.client(fixture.ada.token), 'gone', 'a.txt', 'a')
  await gate.rest.git.deleteRef({ ...at, ref: 'heads/gone' })
  expect((await gate.rest.repos.createDeployment({ ...deployment, ref: sha })).status).toBe(201)
  fixture.github.openRows.deploymentsOfForks = false
  expect(await refusal(gate.rest.repos.createDeployment({ ...deployment, ref: sha }))).toMatchObject({ status: 422 })
  expect((await gate.rest.repos.createDeployment(deployment)).status).toBe(201)
})

test("a job's token sees another repository's Deployments over GraphQL or not (D17)", async () => {
  await using fixture = await startEmulatorFixture()
  await fixture.github.createRepository({ repo: 'hub-org/hub', files: { 'a.txt': 'a' } })
  const job = fixture.client(fixture.github.mintJobToken('hub-org/hub', {}, 1))
  const query = '{ repository(owner: "hub-org", name: "deploy") { deployments(first: 1) { totalCount } } }'
  expect(await job.graphql(query)).toEqual({ repository: { deployments: { totalCount: 0 } } })
  fixture.github.openRows.jobsSeeOthersDeployments = false
  await expect(job.graphql(query)).rejects.toMatchObject({ errors: [{ type: 'FORBIDDEN' }] })
})

test('the combined status of a commit comes page by page', async () => {
  await using fixture = await startEmulatorFixture()
  const gate = fixture.client(await fixture.gateToken())
  const { data: main } = await gate.rest.git.getRef({ ...at, ref: 'heads/main' })
  const sha = main.object.sha
  for (const context of ['a', 'b', 'c'])
    await gate.rest.repos.createCommitStatus({ ...at, sha, context, state: 'success' })
  const contexts = async (page: number) => {
    const { data } = await gate.rest.repos.getCombinedStatusForRef({ ...at, ref: sha, per_page: 2, page })
    return [data.total_count, ...data.statuses.map(({ context }) => context)]
  }
  expect([await contexts(1), await contexts(2)]).toEqual([
    [3, 'c', 'b'],
    [3, 'a'],
  ])
})
