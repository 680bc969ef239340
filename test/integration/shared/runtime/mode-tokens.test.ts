import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startGitHub } from '../../../../rehearsal/github/server.js'
import type { Emulator, Permissions } from '../../../../rehearsal/github/types.js'
import type { TokenUses } from '../../../../shared/action/tokens.js'
import { connectGitHub, type GitHub } from '../../../../shared/github/client.js'
import type { Token } from '../../../../shared/github/token.js'
import { makeTokens, requireTokens } from '../../../../shared/runtime/mode-tokens.js'

const appPermissions: Permissions = { contents: 'write', deployments: 'write', issues: 'write', members: 'read' }
const uses = {
  token: { of: 'gate', permissions: { contents: 'read', issues: 'write' }, optional: { members: 'read' } },
  'upstream-token': { of: 'gate', on: 'upstream', permissions: { issues: 'write' } },
  'actions-token': { of: 'job', permissions: { actions: 'write' } },
} as const satisfies TokenUses

let dir: string
let emulator: Emulator
let app: { id: string; key: string }
let restore: () => Promise<void>
let made: string[]

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lockstep-tokens-'))
  emulator = await startGitHub({ dir })
  for (const login of ['deploy-org', 'hub-org', 'other-org']) emulator.createUser(login)
  for (const repo of ['deploy-org/deploy', 'hub-org/hub', 'other-org/docker', 'other-org/closed'])
    await emulator.createRepository({ repo, files: { 'README.md': 'Hello' }, private: repo !== 'hub-org/hub' })
  const { id, privateKey } = emulator.createApp({ id: 7, slug: 'gate', permissions: appPermissions })
  app = { id: String(id), key: privateKey }
  for (const repo of ['deploy-org/deploy', 'hub-org/hub', 'other-org/docker']) emulator.install(7, repo)
  restore = await emulator.snapshot()
})
beforeEach(async () => {
  made = []
  await restore()
})
afterAll(async () => {
  await emulator[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

const connect = (token: Token): GitHub => connectGitHub(token, { apiUrl: emulator.url }, { warning: () => {} })

const makeFrom = (
  some: TokenUses,
  given: Record<string, string> = {},
  { id, key } = app,
): ReturnType<typeof makeTokens> =>
  makeTokens(some, (name) => ({ 'app-id': id, 'app-key': key, ...given })[name] ?? '', {
    ...{ repository: 'deploy-org/deploy', connect },
    made: (token) => made.push(token),
  })

const issueOn = (github: GitHub, name: string): Promise<unknown> => {
  const [owner = '', repo = ''] = name.split('/')
  return github.rest.issues.create({ owner, repo, title: 'Told' })
}

test('a token is for the one repository, with what the mode declares and nothing else', async () => {
  const { token } = await makeFrom(uses)
  expect(made).toEqual([token])
  const github = connect(token ?? '')
  await issueOn(github, 'deploy-org/deploy')
  await expect(issueOn(github, 'other-org/docker')).rejects.toMatchObject({ status: 404 })
  const deployment = { owner: 'deploy-org', repo: 'deploy', ref: 'main' }
  await expect(github.rest.repos.createDeployment(deployment)).rejects.toMatchObject({ status: 403 })
})

test('of optional permissions it has those that the App has', async () => {
  const members = async (): Promise<unknown> => {
    const { token } = await makeFrom({ token: uses.token })
    return connect(token ?? '').rest.teams.listMembersInOrg({ org: 'deploy-org', team_slug: 'ops' })
  }
  emulator.createUser('ada')
  emulator.createTeam('deploy-org', 'ops', ['ada'])
  expect(await members()).toMatchObject({ data: [{ login: 'ada' }] })
  emulator.install(7, 'deploy-org/deploy', { contents: 'read', issues: 'write' })
  await expect(members()).rejects.toMatchObject({ status: expect.toSatisfy((one) => one === 403 || one === 404) })
})

test('upstream repositories of several owners have a token each, made when something is asked of them', async () => {
  const tokens = await makeFrom(uses)
  expect(made).toHaveLength(1)
  const upstream = connect(tokens['upstream-token'] ?? '')
  await issueOn(upstream, 'hub-org/hub')
  await issueOn(upstream, 'other-org/docker')
  await issueOn(upstream, 'hub-org/hub')
  expect(made).toHaveLength(3)
})

test('all pages of an upstream list are read with that repository’s token', async () => {
  const tokens = await makeFrom(uses)
  const upstream = connect(tokens['upstream-token'] ?? '')
  for (let count = 0; count < 3; count++) await issueOn(upstream, 'other-org/docker')
  const at = { owner: 'other-org', repo: 'docker', per_page: 1 }
  expect(await upstream.paginate(upstream.rest.issues.listForRepo, at)).toHaveLength(3)
})

describe('where the App is not installed', () => {
  const upstream = { ...uses['upstream-token'] }

  test('an upstream request says on which repository, and what to do', async () => {
    const tokens = await makeFrom({ 'upstream-token': upstream })
    const sent = issueOn(connect(tokens['upstream-token'] ?? ''), 'other-org/closed')
    await expect(sent).rejects.toMatchObject({
      reason: 'missing-permission',
      message: 'The gate App is not installed on other-org/closed.',
    })
  })

  test('a mode that can do without reads what anybody may read', async () => {
    emulator.createUser('free-org')
    await emulator.createRepository({ repo: 'free-org/tool', files: { 'README.md': 'Hello' } })
    const tokens = await makeFrom({ token: uses.token, 'upstream-token': { ...upstream, dispensable: true } })
    const github = connect(tokens['upstream-token'] ?? '')
    const { data } = await github.rest.repos.getCommit({ owner: 'free-org', repo: 'tool', ref: 'main' })
    expect(data.sha).toHaveLength(40)
  })

  test('it is asked again by the next request, which may be after its installation', async () => {
    const tokens = await makeFrom({ 'upstream-token': upstream })
    const github = connect(tokens['upstream-token'] ?? '')
    await expect(issueOn(github, 'other-org/closed')).rejects.toThrow('not installed')
    emulator.install(7, 'other-org/closed')
    await issueOn(github, 'other-org/closed')
  })
})

test('what the App lacks is named, before anything is done', async () => {
  emulator.install(7, 'deploy-org/deploy', { contents: 'read' })
  await expect(makeFrom({ token: uses.token })).rejects.toMatchObject({
    reason: 'missing-permission',
    permission: 'issues: write',
  })
})

test('a suspended installation is named', async () => {
  emulator.suspend(7, 'deploy-org/deploy', true)
  await expect(makeFrom({ token: uses.token })).rejects.toThrow('The GitHub App is suspended on deploy-org/deploy.')
})

test('a key that is none, and one of another App', async () => {
  await expect(makeFrom({ token: uses.token }, {}, { id: '7', key: 'not a key' })).rejects.toMatchObject({
    reason: 'input-invalid',
    message: 'The private key of the App 7 is not valid.',
  })
  const { privateKey } = emulator.createApp({ id: 8, slug: 'other', permissions: {} })
  await expect(makeFrom({ token: uses.token }, {}, { id: '7', key: privateKey })).rejects.toMatchObject({
    reason: 'missing-permission',
    message: 'GitHub does not accept the private key as one of that App.',
  })
})

test('a ready token is used as it is', async () => {
  expect(await makeFrom(uses, { token: 'ghs_ready', 'upstream-token': 'ghs_too' })).toEqual({})
  expect(made).toEqual([])
})

describe('missing tokens are found before anything begins', () => {
  const refusal = (given: Record<string, string>): string => {
    try {
      requireTokens(uses, (name) => given[name] ?? '')
    } catch (error) {
      return String(error)
    }
    return ''
  }
  const all = { 'app-id': '7', 'app-key': 'key', 'actions-token': 'ghs_job' }

  test.each<[Record<string, string>, string]>([
    [all, ''],
    [{ token: 'a', 'upstream-token': 'b', 'actions-token': 'c' }, ''],
    [{ ...all, 'app-key': '' }, 'Input "app-key" is missing'],
    [{ ...all, 'app-id': '' }, 'Input "app-id" is missing'],
    [
      { ...all, 'actions-token': '' },
      'Input "actions-token" is missing: the job\'s own token is needed (actions: write)',
    ],
    [{ 'actions-token': 'c' }, 'a token of the gate App is needed (contents: read, issues: write)'],
  ])('%j', (given, said) => {
    if (said === '') expect(refusal(given)).toBe('')
    else expect(refusal(given)).toContain(said)
  })
})
