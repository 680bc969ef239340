import { expect, test } from 'vitest'
import { testAppJwt } from '../../../fixtures/app-jwt.js'
import { at, commitFile, deploy, refusal, startEmulatorFixture } from '../../../fixtures/emulator.js'

test('an App gets its token with a JWT of its own key only', async () => {
  await using fixture = await startEmulatorFixture()
  const other = fixture.github.createApp({ id: 12, slug: 'other', permissions: {} })
  const forged = fixture.client(await testAppJwt(fixture.gate.id, other.privateKey))
  expect(await refusal(forged.rest.apps.getAuthenticated())).toMatchObject({ status: 401 })
  expect(
    await refusal(fixture.client(await testAppJwt(99, other.privateKey)).rest.apps.getAuthenticated()),
  ).toMatchObject({
    status: 401,
  })
  const gate = fixture.client(await testAppJwt(fixture.gate.id, fixture.gate.privateKey))
  expect((await gate.rest.apps.getAuthenticated()).data).toMatchObject({ id: fixture.gate.id, slug: 'gate' })
  const { data: installed } = await gate.rest.apps.listInstallations()
  expect(installed).toMatchObject([{ app_id: fixture.gate.id, account: { login: 'hub-org' } }])
  const foreign = fixture.client(await testAppJwt(other.id, other.privateKey))
  const take = { installation_id: installed[0]?.id ?? 0 }
  expect((await refusal(foreign.rest.apps.createInstallationAccessToken(take))).status).toBe(404)
  expect(
    (await refusal(gate.rest.apps.createInstallationAccessToken({ ...take, permissions: { actions: 'write' } })))
      .status,
  ).toBe(422)
  expect(
    (await refusal(gate.rest.apps.createInstallationAccessToken({ ...take, repositories: ['none'] }))).status,
  ).toBe(422)
})

test('a missing permission is a 403 that names it; with it, the same request succeeds', async () => {
  await using fixture = await startEmulatorFixture()
  const sha = (await fixture.client(fixture.ada.token).rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha
  const check = { ...at, name: 'lockstep / gate', head_sha: sha, conclusion: 'success' } as const
  const narrow = fixture.client(await fixture.gateToken({ permissions: { checks: 'read' } }))
  expect(await refusal(narrow.rest.checks.create(check))).toMatchObject({
    status: 403,
    message: 'Resource not accessible by integration',
    headers: { 'x-accepted-github-permissions': 'checks=write' },
  })
  expect((await refusal(narrow.rest.repos.getContent({ ...at, path: 'meta/Chart.yaml' }))).status).toBe(403)
  await narrow.rest.checks.listForRef({ ...at, ref: 'main' })
  const full = fixture.client(await fixture.gateToken({ permissions: { checks: 'write' } }))
  expect((await full.rest.checks.create(check)).status).toBe(201)
})

test('people cannot make checks, and their role says what they may write', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  const rob = fixture.client(fixture.github.createUser('rob').token)
  const sha = await commitFile(ada, 'topic', 'a', '1')
  expect((await refusal(ada.rest.checks.create({ ...at, name: 'x', head_sha: sha }))).status).toBe(403)
  expect((await refusal(rob.rest.git.deleteRef({ ...at, ref: 'heads/topic' }))).status).toBe(403)
  expect((await rob.rest.issues.create({ ...at, title: 'Hm' })).status).toBe(201)
  expect((await refusal(rob.rest.issues.addLabels({ ...at, issue_number: 1, labels: ['x'] }))).status).toBe(403)
  const role = await ada.rest.repos.getCollaboratorPermissionLevel({ ...at, username: 'rob' })
  expect(role.data.permission).toBe('read')
})

test('pull_requests:write does for the comments of a pull request, but not of an issue', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  await ada.rest.issues.create({ ...at, title: 'An issue' })
  await commitFile(ada, 'topic', 'a', '1')
  await ada.rest.pulls.create({ ...at, head: 'topic', base: 'main', title: 'A pull request' })
  const token = await fixture.gateToken({ permissions: { pull_requests: 'write' } })
  const gate = fixture.client(token)
  expect((await gate.rest.issues.createComment({ ...at, issue_number: 2, body: 'ok' })).status).toBe(201)
  const refused = await refusal(gate.rest.issues.createComment({ ...at, issue_number: 1, body: 'no' }))
  expect(refused).toMatchObject({
    status: 403,
    headers: { 'x-accepted-github-permissions': 'issues=write; pull_requests=write' },
  })
})

test('a repository that a token has no part in is 404 if private, read-only if public', async () => {
  await using fixture = await startEmulatorFixture()
  const more = { collaborators: { ada: 'write' as const }, files: { a: '1' } }
  await fixture.github.createRepository({ repo: 'hub-org/private', private: true, ...more })
  await fixture.github.createRepository({ repo: 'hub-org/public', ...more })
  const gate = fixture.client(await fixture.gateToken())
  const hidden = { owner: 'hub-org', repo: 'private' }
  const open = { owner: 'hub-org', repo: 'public' }
  expect((await refusal(gate.rest.repos.get(hidden))).status).toBe(404)
  expect((await gate.rest.repos.get(open)).data.full_name).toBe('hub-org/public')
  expect((await refusal(gate.rest.issues.create({ ...open, title: 'x' }))).status).toBe(403)
  expect((await fixture.client(fixture.ada.token).rest.repos.get(hidden)).data.private).toBe(true)
  const job = fixture.client(fixture.github.mintJobToken(deploy, { contents: 'write', issues: 'write' }, 1))
  expect((await refusal(job.rest.repos.get(hidden))).status).toBe(404)
  expect((await refusal(job.rest.issues.create({ ...open, title: 'x' }))).status).toBe(403)
  expect((await refusal(job.rest.repos.getCollaboratorPermissionLevel({ ...open, username: 'ada' }))).status).toBe(403)
  const own = { ...at, username: 'ada' }
  expect((await job.rest.repos.getCollaboratorPermissionLevel(own)).data.permission).toBe('write')
})

test('a token ends when it is revoked', async () => {
  await using fixture = await startEmulatorFixture()
  const job = fixture.github.mintJobToken(deploy, { contents: 'read' }, 1)
  expect((await fixture.client(job).rest.repos.get(at)).status).toBe(200)
  fixture.github.revokeToken(job)
  expect(await refusal(fixture.client(job).rest.repos.get(at))).toMatchObject({
    status: 401,
    message: 'Bad credentials',
  })
  const gate = fixture.client(await fixture.gateToken())
  await gate.rest.apps.revokeInstallationAccessToken()
  expect((await refusal(gate.rest.repos.get(at))).status).toBe(401)
})

test('a team is seen with members:read', async () => {
  await using fixture = await startEmulatorFixture()
  fixture.github.createTeam('hub-org', 'operators', ['ada'])
  const team = { org: 'hub-org', team_slug: 'operators' }
  const gate = fixture.client(await fixture.gateToken())
  expect((await gate.rest.teams.listMembersInOrg(team)).data.map(({ login }) => login)).toEqual(['ada'])
  expect((await refusal(gate.rest.teams.getMembershipForUserInOrg({ ...team, username: 'rob' }))).status).toBe(404)
  const narrow = fixture.client(await fixture.gateToken({ permissions: { issues: 'write' } }))
  expect((await refusal(narrow.rest.teams.listMembersInOrg(team))).status).toBe(403)
})
