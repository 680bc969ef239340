import { afterAll, beforeAll, expect, test } from 'vitest'
import { gateCheckName } from '../../shared/records/gate-check.js'
import { type Lane, type Stage, startStage } from './code-lane.js'
import { startAction } from './start-action.js'

const branch = 'lockstep/bump/hub'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(() => stage[Symbol.asyncDispose]())

/** A published merge of ada's. */
async function published(lane: Lane): Promise<string> {
  const { merge, commit } = await lane.merge(lane.ada, { method: 'squash' })
  lane.publish(merge.length > 0 ? merge : commit)
  return merge
}

async function onlyPull(lane: Lane) {
  const [pull, ...others] = await lane.openPulls()
  expect(others).toEqual([])
  return pull
}

async function isVerified(lane: Lane): Promise<boolean | undefined> {
  const { data } = await lane.client(lane.ada.token).rest.repos.getBranch({ ...lane.deployAt, branch })
  return data.commit.commit.verification?.verified
}

test('a plain bump with its pull request takes at most 15 requests, of all that are allowed', async () => {
  await using lane = await stage.lane()
  const merge = await published(lane)
  const token = await lane.token('bump')
  const before = lane.github.requests.length

  const { outputs } = await lane.bundle.bump(merge, { token })

  expect(outputs['pull-request-operation']).toBe('created')
  const made = lane.github.requests.slice(before).map(({ method, path }) => `${method} ${path}`)
  expect(made.length, made.join('\n')).toBeLessThanOrEqual(15)
  expect(await isVerified(lane)).toBe(true)
})

test('with a personal token the pull request is the person’s, the commit not verified, and that is said', async () => {
  await using lane = await stage.lane()
  const merge = await published(lane)

  const { code, log } = await lane.bundle.bump(merge, { token: lane.ada.token })

  expect(code).toBe(0)
  expect((await onlyPull(lane))?.user?.login).toBe('ada')
  expect(await isVerified(lane)).toBe(false)
  expect(log).toMatch(/::warning::The pull request was opened with a personal token: its author is ada,/)
})

test('with GITHUB_TOKEN in the deploy repo no workflow starts, and that is said', async () => {
  await using lane = await stage.lane()
  const merge = await published(lane)
  const token = lane.github.mintJobToken(
    lane.deployRepo,
    { contents: 'write', pull_requests: 'write', issues: 'read' },
    1,
  )

  const { code, log } = await lane.bundle.bump(merge, { token })

  expect(code).toBe(0)
  const opened = lane.github.events.findLast(({ name, action }) => name === 'pull_request' && action === 'opened')
  expect(opened).toMatchObject({ repo: lane.deployRepo, startsWorkflows: false })
  expect(log).toContain('::warning::The pull request was opened with GITHUB_TOKEN')
  // It may not read deployments, and that is no reason to fail.
  expect(log).toContain('The usual duration of a deploy is unknown.')
})

test('where GitHub Actions may not open pull requests, the setting is named, and no branch stays', async () => {
  await using lane = await stage.lane()
  const merge = await published(lane)
  const message = 'GitHub Actions is not permitted to create or approve pull requests.'
  lane.github.faults.next({ kind: 'status', status: 403, message, match: { method: 'POST', path: '*/pulls' } })

  const { code, result, log } = await lane.bundle.bump(merge)

  expect([code, result.reason]).toEqual([1, 'missing-permission'])
  expect(log).toContain('Allow GitHub Actions to create and approve pull requests')
  expect(await lane.deployed('README.md', branch)).toBeUndefined()
})

test('on an Enterprise Server every request goes to its own addresses', async () => {
  await using lane = await stage.lane()
  const merge = await published(lane)
  const start = await lane.starts.bump(merge)
  const before = lane.github.requests.length

  const { outputs } = await startAction('open-bump-pr', {
    ...start,
    env: {
      ...start.env,
      GITHUB_API_URL: `${lane.github.url}/api/v3`,
      GITHUB_GRAPHQL_URL: `${lane.github.url}/api/graphql`,
    },
  })

  expect(outputs['pull-request-operation']).toBe('created')
  const paths = lane.github.requests.slice(before).map(({ path }) => path)
  expect(paths.filter((path) => !path.startsWith('/api/v3/') && path !== '/api/graphql')).toEqual([])
})

test('a draft is opened as one; where drafts are not allowed it is an ordinary one, with a warning', async () => {
  await using lane = await stage.lane()
  const merge = await published(lane)
  const message = 'Draft pull requests are not supported in this repository.'
  lane.github.faults.next({ kind: 'status', status: 422, message, match: { method: 'POST', path: '*/pulls' } })

  const { code, log } = await lane.bundle.bump(merge, { draft: 'true' })

  expect(code).toBe(0)
  expect(log).toMatch(/::warning::.* does not allow drafts/)
  expect((await onlyPull(lane))?.draft).toBe(false)
  const next = await published(lane)
  await lane
    .client(lane.ada.token)
    .rest.pulls.merge({ ...lane.deployAt, pull_number: (await onlyPull(lane))?.number ?? 0 })
  await lane.bundle.bump(next, { draft: 'true' })
  expect((await onlyPull(lane))?.draft).toBe(true)
})

test('where GitHub does not let the branch be moved over changed workflow files, one is told what helps, and it does', async () => {
  await using lane = await stage.lane()
  await lane.bundle.bump(await published(lane))
  const first = await onlyPull(lane)
  await lane.push({ '.github/workflows/ci.yml': 'on: push\njobs: {}\n' })
  const next = await published(lane)

  const { code, result, log } = await lane.bundle.bump(next)
  expect([code, result.reason]).toEqual([1, 'missing-permission'])
  expect(log).toContain('Update branch')

  const ada = lane.client(lane.ada.token)
  await ada.rest.git.deleteRef({ ...lane.deployAt, ref: `heads/${first?.head.ref}` })
  const again = await lane.bundle.bump(next)
  expect([again.code, again.result.decision]).toEqual([0, 'created'])
  expect((await onlyPull(lane))?.number).not.toBe(first?.number)
})

test('auto-merge merges once the gate is green; where it is not allowed, that is a warning', async () => {
  await using lane = await stage.lane()
  const settings = lane.github.repository(lane.deployRepo)
  settings.requiredCheck = { name: gateCheckName, appId: 11 }
  const first = await lane.bundle.bump(await published(lane), { 'auto-merge': 'squash' })
  expect(first.code).toBe(0)
  expect(first.log).toMatch(/::warning::Auto-merge was not enabled for #\d+: .*Auto merge is not allowed/)

  await lane.gate(Number(first.outputs['pull-request-number']))
  await lane
    .client(lane.ada.token)
    .rest.pulls.merge({ ...lane.deployAt, pull_number: Number(first.outputs['pull-request-number']) })
  settings.allowAutoMerge = true
  const second = await lane.bundle.bump(await published(lane), { 'auto-merge': 'squash' })
  expect((await onlyPull(lane))?.auto_merge?.merge_method).toBe('squash')

  await lane.gate(Number(second.outputs['pull-request-number']))
  expect(await lane.openPulls()).toEqual([])
})

test('reviewers of the policy are asked once', async () => {
  await using lane = await stage.lane((policy) =>
    policy.replace('    paths:', '    reviewers: ["bob", "@acme/hub-team"]\n    paths:'),
  )
  const { code } = await lane.bundle.bump(await published(lane))
  const pull = await onlyPull(lane)
  expect([code, pull?.requested_reviewers?.map(({ login }) => login)]).toEqual([0, ['bob']])

  // Taken away by a person: they stay away.
  const before = lane.github.requests.length
  await lane.bundle.bump(await published(lane))
  expect(lane.github.requests.slice(before).filter(({ path }) => path.endsWith('/requested_reviewers'))).toEqual([])
})

test('the pull request says how long the last deploys took', async () => {
  await using lane = await stage.lane()
  const gate = lane.client(await lane.token('gate'))
  const { data: main } = await gate.rest.git.getRef({ ...lane.deployAt, ref: 'heads/main' })
  const { data } = await gate.rest.repos.createDeployment({
    ...lane.deployAt,
    ref: main.object.sha,
    environment: 'staging',
    payload: { schema: 1, cluster: 'staging', run: '1/1', commit: main.object.sha, releases: [], verdict: 'pass' },
    auto_merge: false,
    required_contexts: [],
  })
  const deployment_id = 'id' in data ? data.id : 0
  await gate.rest.repos.createDeploymentStatus({ ...lane.deployAt, deployment_id, state: 'success' })

  await lane.bundle.bump(await published(lane))

  expect((await onlyPull(lane))?.body).toContain('A deploy takes about 1 min')
})

test('what people write around our part of the text stays, and a title cannot end that part', async () => {
  await using lane = await stage.lane()
  const title = '@ada/all <!-- lockstep:end --> ::error::x ](https://evil.example) ../../etc/passwd $(rm -rf /) `id`'
  const { merge } = await lane.merge(lane.ada, { title, method: 'squash' })
  lane.publish(merge)
  const first = await lane.bundle.bump(merge)
  const pull = await onlyPull(lane)
  const { rest } = lane.client(lane.ada.token)
  await rest.pulls.update({ ...lane.deployAt, pull_number: pull?.number ?? 0, body: `My note\n${pull?.body}\nMy end` })

  await lane.bundle.bump(await published(lane))

  const body = (await onlyPull(lane))?.body ?? ''
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
  await using lane = await stage.lane((policy) => policy.replace('1.0.0-0.dev.git.{n}.h{commit}', '{any}.h{commit}'))
  const { merge } = await lane.merge(lane.ada, { method: 'squash' })
  const entry = { name: 'hub', version: `${start}.h${merge.slice(0, 8)}`, urls: ['../../../../etc/passwd'] }
  const body = JSON.stringify({ apiVersion: 'v1', entries: { hub: [entry] } })
  lane.charts.override = (path) => (path === '/index.yaml' ? { status: 200, body } : undefined)

  const { result, log } = await lane.bundle.bump(merge)

  expect(result.reason).toBe('version-not-found')
  expect(log).not.toContain(start)
  expect(log).not.toMatch(/^::error::x/m)
  expect(await lane.openPulls()).toEqual([])
})
