import { expect, test } from 'vitest'
import { testAppJwt } from '../../../fixtures/app-jwt.js'
import { at, commitFile, commitOnto, deploy, refusal, startEmulatorFixture } from '../../../fixtures/emulator.js'

test('a pull request without a difference, without its head, or as the second of its head is refused with its errors', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  const create = (head: string): Promise<unknown> => ada.rest.pulls.create({ ...at, head, base: 'main', title: 'T' })
  expect(await refusal(create('nowhere'))).toMatchObject({
    status: 422,
    errors: [{ resource: 'PullRequest', field: 'head', code: 'invalid' }],
  })
  await ada.rest.git.createRef({
    ...at,
    ref: 'refs/heads/same',
    sha: (await ada.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha,
  })
  expect(await refusal(create('same'))).toMatchObject({
    status: 422,
    errors: [{ message: 'No commits between main and same' }],
  })
  await commitFile(ada, 'topic', 'a', '1')
  await create('hub-org:topic')
  expect(await refusal(create('topic'))).toMatchObject({
    status: 422,
    errors: [{ message: 'A pull request already exists for hub-org:topic.' }],
  })
  expect(await refusal(create(''))).toMatchObject({ status: 422, errors: [{ field: 'head' }] })
})

test('a ref moves only as a fast-forward unless forced, and is made only once', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  const { data: main } = await ada.rest.git.getRef({ ...at, ref: 'heads/main' })
  await commitFile(ada, 'topic/a', 'a', '1')
  const back = { ...at, ref: 'heads/topic/a', sha: main.object.sha }
  expect(await refusal(ada.rest.git.updateRef(back))).toMatchObject({
    status: 422,
    message: 'Update is not a fast forward',
  })
  const create = { ...at, ref: 'refs/heads/topic/a', sha: main.object.sha }
  expect(await refusal(ada.rest.git.createRef(create))).toMatchObject({
    status: 422,
    message: 'Reference already exists',
  })
  expect((await ada.rest.git.updateRef({ ...back, force: true })).data.object.sha).toBe(main.object.sha)
  expect(fixture.github.events.at(-1)?.payload).toMatchObject({ forced: true })
  await ada.rest.git.deleteRef({ ...at, ref: 'heads/topic/a' })
  expect((await refusal(ada.rest.git.getRef({ ...at, ref: 'heads/topic/a' }))).status).toBe(404)
})

test('a commit on a branch that has moved is refused as stale, and nothing is written', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  const sha = await commitFile(ada, 'topic', 'a', '1')
  const old = (await ada.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha
  await expect(commitOnto(ada, 'topic', old, 'a', '2')).rejects.toMatchObject({ errors: [{ type: 'STALE_DATA' }] })
  expect((await ada.rest.git.getRef({ ...at, ref: 'heads/topic' })).data.object.sha).toBe(sha)
})

test('of two commits at once on the same tip exactly one is made', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  const tip = await commitFile(ada, 'topic', 'a', '0')
  const results = await Promise.allSettled(['1', '2', '3'].map((text) => commitOnto(ada, 'topic', tip, 'a', text)))
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected'])
  const { data: commits } = await ada.rest.repos.listCommits({ ...at, sha: 'topic', path: 'a' })
  expect(commits).toHaveLength(2)
})

test('a reopened pull request takes the head that its branch has by then', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  const one = await commitFile(ada, 'topic', 'a', '1')
  await ada.rest.pulls.create({ ...at, head: 'topic', base: 'main', title: 'T' })
  await ada.rest.pulls.update({ ...at, pull_number: 1, state: 'closed' })
  const two = await commitOnto(ada, 'topic', one, 'a', '2')
  expect((await ada.rest.pulls.get({ ...at, pull_number: 1 })).data).toMatchObject({
    state: 'closed',
    head: { sha: one },
  })
  const { data: open } = await ada.rest.pulls.update({ ...at, pull_number: 1, state: 'open' })
  expect(open).toMatchObject({ state: 'open', head: { sha: two } })
  expect(fixture.github.events.at(-1)).toMatchObject({ name: 'pull_request', action: 'reopened' })
  await ada.rest.git.deleteRef({ ...at, ref: 'heads/topic' })
  expect((await ada.rest.pulls.get({ ...at, pull_number: 1 })).data).toMatchObject({ state: 'closed', merged: false })
  const again = ada.rest.pulls.update({ ...at, pull_number: 1, state: 'open' })
  expect(await refusal(again)).toMatchObject({ status: 422, errors: [{ field: 'state' }] })
})

test('GraphQL is held against the schema of GitHub, and what is not emulated is an error', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  await expect(ada.graphql('{ repository(owner: "hub-org", name: "deploy") { nonsense } }')).rejects.toThrow(
    'Cannot query field "nonsense"',
  )
  await expect(ada.graphql('{ repository(owner: "hub-org", name: "deploy") { stargazerCount } }')).rejects.toThrow(
    'has no Repository.stargazerCount',
  )
  await expect(ada.graphql('{ repository(owner: "hub-org", name: "none") { id } }')).rejects.toMatchObject({
    errors: [{ type: 'NOT_FOUND' }],
  })
  const answer = await ada.graphql(
    '{ viewer { login } repository(owner: "hub-org", name: "deploy") { defaultBranchRef { name } } }',
  )
  expect(answer).toEqual({ viewer: { login: 'ada' }, repository: { defaultBranchRef: { name: 'main' } } })
})

test('conflicting changes make a pull request that is not mergeable', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  await commitFile(ada, 'one', 'a', '1')
  await commitFile(ada, 'two', 'a', '2')
  for (const head of ['one', 'two']) await ada.rest.pulls.create({ ...at, head, base: 'main', title: head })
  await ada.rest.pulls.merge({ ...at, pull_number: 1, merge_method: 'squash' })
  const { data: second } = await ada.rest.pulls.get({ ...at, pull_number: 2 })
  expect(second).toMatchObject({ mergeable: false, mergeable_state: 'dirty', merge_commit_sha: null })
  expect((await refusal(ada.rest.pulls.merge({ ...at, pull_number: 2 }))).status).toBe(405)
  expect((await refusal(ada.rest.git.getRef({ ...at, ref: 'pull/2/merge' }))).status).toBe(404)
})

test('a rebase keeps the authors and makes no merge commit', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  const gate = fixture.client(await fixture.gateToken())
  const one = await commitFile(gate, 'topic', 'a', '1')
  await commitOnto(gate, 'topic', one, 'b', '2')
  await commitFile(ada, 'other', 'c', '3')
  for (const head of ['other', 'topic']) await ada.rest.pulls.create({ ...at, head, base: 'main', title: head })
  await ada.rest.pulls.merge({ ...at, pull_number: 1 })
  await ada.rest.pulls.merge({ ...at, pull_number: 2, merge_method: 'rebase' })
  const { data: commits } = await ada.rest.repos.listCommits({ ...at, per_page: 2 })
  expect(commits.map((commit) => [commit.author?.login, commit.committer?.login, commit.parents.length])).toEqual([
    ['gate[bot]', 'ada', 1],
    ['gate[bot]', 'ada', 1],
  ])
  const { data: tree } = await ada.rest.git.getTree({ ...at, tree_sha: 'main' })
  expect(tree.tree.map(({ path }) => path)).toEqual(['.github', 'a', 'b', 'c', 'meta'])
})

test('what is unknown is 404, bad JSON 400, and an operation that is not emulated is no 404', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  expect(await refusal(ada.rest.pulls.get({ ...at, pull_number: 7 }))).toMatchObject({
    status: 404,
    message: 'Not Found',
  })
  expect((await refusal(ada.rest.repos.get({ ...at, repo: 'none' }))).status).toBe(404)
  expect((await refusal(ada.rest.repos.getContent({ ...at, path: 'none' }))).status).toBe(404)
  expect(await refusal(ada.rest.gists.list())).toMatchObject({ status: 501 })
  const url = `${fixture.github.url}/repos/${deploy}/issues`
  const answer = await fetch(url, {
    method: 'POST',
    body: '{',
    headers: { authorization: `Bearer ${fixture.ada.token}` },
  })
  expect(answer.status).toBe(400)
  expect(await refusal(ada.rest.issues.create({ ...at, title: '' }))).toMatchObject({
    status: 422,
    errors: [{ resource: 'Issue', field: 'title' }],
  })
})

test('nothing is merged without the required check from the right App on that very head, whoever else says it is green', async () => {
  await using fixture = await startEmulatorFixture()
  const { github, gate } = fixture
  github.repository(deploy).requiredCheck = { name: 'lockstep / gate', appId: gate.id }
  const ada = fixture.client(fixture.ada.token)
  const own = fixture.client(await fixture.gateToken())
  const other = github.createApp({ id: 12, slug: 'other', permissions: { checks: 'write' } })
  github.install(other.id, deploy)
  const app = fixture.client(await testAppJwt(other.id, other.privateKey))
  const { data: installation } = await app.rest.apps.getRepoInstallation(at)
  const { data: token } = await app.rest.apps.createInstallationAccessToken({ installation_id: installation.id })
  const before = await commitFile(ada, 'topic', 'a', '1')
  await ada.rest.pulls.create({ ...at, head: 'topic', base: 'main', title: 'T' })
  const head = await commitOnto(ada, 'topic', before, 'a', '2')
  const green = { ...at, name: 'lockstep / gate', conclusion: 'success' } as const

  const job = fixture.client(github.mintJobToken(deploy, { checks: 'write', statuses: 'write' }, 1))
  await job.rest.checks.create({ ...green, head_sha: head })
  await job.rest.repos.createCommitStatus({ ...at, sha: head, context: 'lockstep / gate', state: 'success' })
  await fixture.client(token.token).rest.checks.create({ ...green, head_sha: head })
  await own.rest.checks.create({ ...green, head_sha: before })
  await own.rest.checks.create({ ...green, head_sha: head, name: 'lockstep/gate' })
  for (const merge_method of ['merge', 'squash', 'rebase'] as const) {
    const refused = await refusal(ada.rest.pulls.merge({ ...at, pull_number: 1, merge_method }))
    expect(refused).toMatchObject({ status: 405, message: expect.stringContaining('lockstep / gate') })
  }
  await own.rest.checks.create({ ...green, head_sha: head })
  expect((await ada.rest.pulls.merge({ ...at, pull_number: 1 })).data.merged).toBe(true)
})
