import { afterAll, beforeAll, expect, test } from 'vitest'
import { gateCheckName } from '../../shared/records/gate-check.js'
import { type RepositoryPair, startTestGitHub, type TestGitHub } from '../fixtures/repository-pair.js'
import { startAction } from '../fixtures/start-action.js'

const branch = 'lockstep/bump/hub'

let testGitHub: TestGitHub

beforeAll(async () => {
  testGitHub = await startTestGitHub()
})

afterAll(() => testGitHub[Symbol.asyncDispose]())

/** A published merge of ada's. */
async function published(pair: RepositoryPair): Promise<string> {
  const { merge, commit } = await pair.merge(pair.ada, { method: 'squash' })
  pair.publish(merge.length > 0 ? merge : commit)
  return merge
}

async function onlyPull(pair: RepositoryPair) {
  const [pull, ...others] = await pair.openPulls()
  expect(others).toEqual([])
  return pull
}

async function isVerified(pair: RepositoryPair): Promise<boolean | undefined> {
  const { data } = await pair.client(pair.ada.token).rest.repos.getBranch({ ...pair.deployAt, branch })
  return data.commit.commit.verification?.verified
}

test('a plain bump with its pull request takes at most 15 requests, of all that are allowed', async () => {
  await using pair = await testGitHub.repositoryPair()
  const merge = await published(pair)
  const token = await pair.token('bump')
  const before = pair.github.requests.length

  const { outputs } = await pair.bundle.bump(merge, { token })

  expect(outputs['pull-request-operation']).toBe('created')
  const made = pair.github.requests.slice(before).map(({ method, path }) => `${method} ${path}`)
  expect(made.length, made.join('\n')).toBeLessThanOrEqual(15)
  expect(await isVerified(pair)).toBe(true)
})

test('with a personal token the pull request is the person’s, the commit not verified, and that is said', async () => {
  await using pair = await testGitHub.repositoryPair()
  const merge = await published(pair)

  const { code, log } = await pair.bundle.bump(merge, { token: pair.ada.token })

  expect(code).toBe(0)
  expect((await onlyPull(pair))?.user?.login).toBe('ada')
  expect(await isVerified(pair)).toBe(false)
  expect(log).toMatch(/::warning::The pull request was opened with a personal token: its author is ada,/)
})

test('with GITHUB_TOKEN in the deploy repo no workflow starts, and that is said', async () => {
  await using pair = await testGitHub.repositoryPair()
  const merge = await published(pair)
  const token = pair.github.mintJobToken(
    pair.deployRepo,
    { contents: 'write', pull_requests: 'write', issues: 'read' },
    1,
  )

  const { code, log } = await pair.bundle.bump(merge, { token })

  expect(code).toBe(0)
  const opened = pair.github.events.findLast(({ name, action }) => name === 'pull_request' && action === 'opened')
  expect(opened).toMatchObject({ repo: pair.deployRepo, startsWorkflows: false })
  expect(log).toContain('::warning::The pull request was opened with GITHUB_TOKEN')
  // It may not read deployments, and that is no reason to fail.
  expect(log).toContain('The usual duration of a deploy is unknown.')
})

test('where GitHub Actions may not open pull requests, the setting is named, and no branch stays', async () => {
  await using pair = await testGitHub.repositoryPair()
  const merge = await published(pair)
  const message = 'GitHub Actions is not permitted to create or approve pull requests.'
  pair.github.faults.next({ kind: 'status', status: 403, message, match: { method: 'POST', path: '*/pulls' } })

  const { code, result, log } = await pair.bundle.bump(merge)

  expect([code, result.reason]).toEqual([1, 'missing-permission'])
  expect(log).toContain('Allow GitHub Actions to create and approve pull requests')
  expect(await pair.deployed('README.md', branch)).toBeUndefined()
})

test('on an Enterprise Server every request goes to its own addresses', async () => {
  await using pair = await testGitHub.repositoryPair()
  const merge = await published(pair)
  const start = await pair.starts.bump(merge)
  const before = pair.github.requests.length

  const { outputs } = await startAction('open-bump-pr', {
    ...start,
    env: {
      ...start.env,
      GITHUB_API_URL: `${pair.github.url}/api/v3`,
      GITHUB_GRAPHQL_URL: `${pair.github.url}/api/graphql`,
    },
  })

  expect(outputs['pull-request-operation']).toBe('created')
  const paths = pair.github.requests.slice(before).map(({ path }) => path)
  expect(paths.filter((path) => !path.startsWith('/api/v3/') && path !== '/api/graphql')).toEqual([])
})

test('a draft is opened as one; where drafts are not allowed it is an ordinary one, with a warning', async () => {
  await using pair = await testGitHub.repositoryPair()
  const merge = await published(pair)
  const message = 'Draft pull requests are not supported in this repository.'
  pair.github.faults.next({ kind: 'status', status: 422, message, match: { method: 'POST', path: '*/pulls' } })

  const { code, log } = await pair.bundle.bump(merge, { draft: 'true' })

  expect(code).toBe(0)
  expect(log).toMatch(/::warning::.* does not allow drafts/)
  expect((await onlyPull(pair))?.draft).toBe(false)
  const next = await published(pair)
  await pair
    .client(pair.ada.token)
    .rest.pulls.merge({ ...pair.deployAt, pull_number: (await onlyPull(pair))?.number ?? 0 })
  await pair.bundle.bump(next, { draft: 'true' })
  expect((await onlyPull(pair))?.draft).toBe(true)
})

test('where GitHub does not let the branch be moved over changed workflow files, one is told what helps, and it does', async () => {
  await using pair = await testGitHub.repositoryPair()
  await pair.bundle.bump(await published(pair))
  const first = await onlyPull(pair)
  await pair.push({ '.github/workflows/ci.yml': 'on: push\njobs: {}\n' })
  const next = await published(pair)

  const { code, result, log } = await pair.bundle.bump(next)
  expect([code, result.reason]).toEqual([1, 'missing-permission'])
  expect(log).toContain('Update branch')

  const ada = pair.client(pair.ada.token)
  await ada.rest.git.deleteRef({ ...pair.deployAt, ref: `heads/${first?.head.ref}` })
  const again = await pair.bundle.bump(next)
  expect([again.code, again.result.decision]).toEqual([0, 'created'])
  expect((await onlyPull(pair))?.number).not.toBe(first?.number)
})

test('auto-merge merges once the gate is green; where it is not allowed, that is a warning', async () => {
  await using pair = await testGitHub.repositoryPair()
  const settings = pair.github.repository(pair.deployRepo)
  settings.requiredCheck = { name: gateCheckName, appId: 11 }
  const first = await pair.bundle.bump(await published(pair), { 'auto-merge': 'squash' })
  expect(first.code).toBe(0)
  expect(first.log).toMatch(/::warning::Auto-merge was not enabled for #\d+: .*Auto merge is not allowed/)

  await pair.gate(Number(first.outputs['pull-request-number']))
  await pair
    .client(pair.ada.token)
    .rest.pulls.merge({ ...pair.deployAt, pull_number: Number(first.outputs['pull-request-number']) })
  settings.allowAutoMerge = true
  const second = await pair.bundle.bump(await published(pair), { 'auto-merge': 'squash' })
  expect((await onlyPull(pair))?.auto_merge?.merge_method).toBe('squash')

  await pair.gate(Number(second.outputs['pull-request-number']))
  expect(await pair.openPulls()).toEqual([])
})

test('reviewers of the policy are asked once', async () => {
  await using pair = await testGitHub.repositoryPair((policy) =>
    policy.replace('    paths:', '    reviewers: ["bob", "@acme/hub-team"]\n    paths:'),
  )
  const { code } = await pair.bundle.bump(await published(pair))
  const pull = await onlyPull(pair)
  expect([code, pull?.requested_reviewers?.map(({ login }) => login)]).toEqual([0, ['bob']])

  // Taken away by a person: they stay away.
  const before = pair.github.requests.length
  await pair.bundle.bump(await published(pair))
  expect(pair.github.requests.slice(before).filter(({ path }) => path.endsWith('/requested_reviewers'))).toEqual([])
})

test('the pull request says how long the last deploys took', async () => {
  await using pair = await testGitHub.repositoryPair()
  const gate = pair.client(await pair.token('gate'))
  const { data: main } = await gate.rest.git.getRef({ ...pair.deployAt, ref: 'heads/main' })
  const { data } = await gate.rest.repos.createDeployment({
    ...pair.deployAt,
    ref: main.object.sha,
    environment: 'staging',
    payload: { schema: 1, cluster: 'staging', run: '1/1', commit: main.object.sha, releases: [], verdict: 'pass' },
    auto_merge: false,
    required_contexts: [],
  })
  const deployment_id = 'id' in data ? data.id : 0
  await gate.rest.repos.createDeploymentStatus({ ...pair.deployAt, deployment_id, state: 'success' })

  await pair.bundle.bump(await published(pair))

  expect((await onlyPull(pair))?.body).toContain('A deploy takes about 1 min')
})

test('what people write around our part of the text stays, and a title cannot end that part', async () => {
  await using pair = await testGitHub.repositoryPair()
  const title = '@ada/all <!-- lockstep:end --> ::error::x ](https://evil.example) ../../etc/passwd $(rm -rf /) `id`'
  const { merge } = await pair.merge(pair.ada, { title, method: 'squash' })
  pair.publish(merge)
  const first = await pair.bundle.bump(merge)
  const pull = await onlyPull(pair)
  const { rest } = pair.client(pair.ada.token)
  await rest.pulls.update({ ...pair.deployAt, pull_number: pull?.number ?? 0, body: `My note\n${pull?.body}\nMy end` })

  await pair.bundle.bump(await published(pair))

  const body = (await onlyPull(pair))?.body ?? ''
  expect(body).toMatch(/^My note\n<!-- lockstep:bump -->[\s\S]*<!-- lockstep:end -->\nMy end$/)
  expect(body.match(/<!-- lockstep:end -->/g)).toHaveLength(1)
  expect(body).not.toMatch(/@ada\/all|\]\(https:\/\/evil/)
  expect(first.log).not.toMatch(/^::error::/m)
})

test.each([
  ['a command for the log on a line of its own', '1\n::error::x'],
  ['Markdown, a mention and the end of our part', '1.0.0-"|@ada](https://evil.example)<!-- lockstep:end -->'],
  ['a command for a shell', '1.0.0-$(id)`id`'],
  ['a way out of the folder', '../../../.github/workflows/x'],
])('a registry’s version that is %s is no version', async (_, start) => {
  await using pair = await testGitHub.repositoryPair((policy) =>
    policy.replace('1.0.0-0.dev.git.{n}.h{commit}', '{any}.h{commit}'),
  )
  const { merge } = await pair.merge(pair.ada, { method: 'squash' })
  const entry = { name: 'hub', version: `${start}.h${merge.slice(0, 8)}`, urls: ['../../../../etc/passwd'] }
  const body = JSON.stringify({ apiVersion: 'v1', entries: { hub: [entry] } })
  pair.charts.override = (path) => (path === '/index.yaml' ? { status: 200, body } : undefined)

  const { result, log } = await pair.bundle.bump(merge)

  expect(result.reason).toBe('version-not-found')
  expect(log).not.toContain(start)
  expect(log).not.toMatch(/^::error::x/m)
  expect(await pair.openPulls()).toEqual([])
})
