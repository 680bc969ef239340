import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getOctokit } from '@actions/github'
import { execa } from 'execa'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { definition } from '../../actions/rollback/io.js'
import { requestedRevertBlock, revertLabel } from '../../actions/rollback/revert/requested-revert.js'
import { revertCommand } from '../../actions/rollback/revert/revert-command.js'
import { runRollback } from '../../actions/rollback/run.js'
import { rehearsalAppPermissions } from '../../rehearsal/fixtures/names.js'
import { usualBot } from '../../rehearsal/github/accounts.js'
import { startGitHub } from '../../rehearsal/github/server.js'
import type { Emulator, Permissions } from '../../rehearsal/github/types.js'
import { readFile } from '../../shared/github/files.js'
import { testAppJwt } from '../fixtures/app-jwt.js'
import { expectNoViolations } from '../fixtures/expect-no-violations.js'
import { killEverywhere } from '../fixtures/kill-at-requests.js'
import { expectMissing } from '../fixtures/missing-permission.js'
import { commitOn } from '../fixtures/repository-pair.js'
import { runInProcess } from '../fixtures/run-in-process.js'
import { type Start, startAction } from '../fixtures/start-action.js'

const repo = 'acme/hub'
const at = { owner: 'acme', repo: 'hub' }
/** What revert.yml's job may. */
const may: Permissions = { contents: 'write', issues: 'write', pull_requests: 'write' }
const gateApp = 11
const methods = ['merge', 'squash', 'rebase'] as const

let dir: string
let github: Emulator
let ada: ReturnType<typeof getOctokit>
let gate: ReturnType<typeof getOctokit>
let count = 0

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lockstep-upstream-'))
  github = await startGitHub({ dir: join(dir, 'repositories') })
  const client = (token: string) => getOctokit(token, { baseUrl: github.url })
  ada = client(github.createUser('ada').token)
  await github.createRepository({ repo, files: { 'one.txt': 'one\n' }, collaborators: { ada: 'write' }, author: 'ada' })
  const app = github.createApp({ id: gateApp, slug: 'acme-gate', permissions: rehearsalAppPermissions.gate })
  github.install(gateApp, repo)
  const apps = client(await testAppJwt(app.id, app.privateKey))
  const { data: installation } = await apps.rest.apps.getRepoInstallation(at)
  const { data } = await apps.rest.apps.createInstallationAccessToken({ installation_id: installation.id })
  gate = client(data.token)
})
afterAll(async () => {
  expectNoViolations(github)
  await github[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})
beforeEach(() => void count++)

test.each(methods)('a %s of two commits is taken back by one pull request, and by its command', async (method) => {
  const before = await filesOf('main')
  const { number, commit, undo } = await merged(method)
  const other = await commitOn(ada as never, at, 'main', { 'other.txt': `meanwhile ${count}\n` })
  const issue = await asks({ pull: number, commit, command: undo })

  const first = await startAction('rollback', start(issue))
  expect([first.code, first.result]).toMatchObject([0, { decision: 'reverted', reason: 'ok' }])
  const second = await runInProcess(definition, runRollback, start(issue))
  expect([second.code, second.result]).toMatchObject([0, { decision: 'reverted', reason: 'up-to-date' }])

  const { data: pulls } = await ada.rest.pulls.list({ ...at, state: 'open' })
  const [pull, ...others] = pulls.filter(({ head }) => head.ref.startsWith(`revert-${number}-`))
  expect(others).toEqual([])
  expect(pull?.assignees?.map(({ login }) => login)).toEqual(['ada'])
  expect(pull?.title).toBe(`Revert "Two at once ${count}"`)
  const wanted = { ...before, 'other.txt': `meanwhile ${count}\n` }
  expect(await filesOf(pull?.head.ref ?? '')).toEqual(wanted)
  expect(await commentsOf(issue)).toEqual([expect.stringContaining(`/pull/${pull?.number})`)])

  // What people would type does the same.
  const clone = join(dir, `clone-${count}`)
  await execa('git', ['clone', '--quiet', github.repository(repo).gitDir, clone])
  await execa('git', ['checkout', '--quiet', '-b', 'by-hand', other], { cwd: clone })
  const [program = '', ...args] = undo.split(' ')
  const person = { GIT_AUTHOR_NAME: 'ada', GIT_AUTHOR_EMAIL: 'ada@test', GIT_EDITOR: 'true' }
  const committer = { GIT_COMMITTER_NAME: 'ada', GIT_COMMITTER_EMAIL: 'ada@test' }
  await execa(program, args, { cwd: clone, env: { ...person, ...committer } })
  await execa('git', ['push', '--quiet', 'origin', `HEAD:by-hand-${count}`], { cwd: clone })
  expect(await filesOf(`by-hand-${count}`)).toEqual(wanted)
})

test.each(['bot', 'slug'] as const)(
  'where newer changes are in the way, the issue tells whoever is on duty what to type, once (I14: %s)',
  async (viewer) => {
    github.openRows.jobsViewer = viewer
    const { number, commit, undo } = await merged('merge')
    await commitOn(ada as never, at, 'main', { 'one.txt': `changed again ${count}\n` })
    const issue = await asks({ pull: number, commit, command: undo })

    for (const _ of ['first', 'again']) {
      const { code, result } = await runInProcess(definition, runRollback, start(issue))
      expect([code, result]).toMatchObject([0, { decision: 'irreversible', reason: 'revert-conflict' }])
    }
    const [comment, ...others] = await commentsOf(issue)
    expect(others).toEqual([])
    expect(comment).toContain('@ada')
    expect(comment).toContain(`\n${undo}\n`)
    const { data } = await ada.rest.issues.get({ ...at, issue_number: issue })
    expect(data.state).toBe('open')
  },
)

test.each<[string, (asked: { pull: number; commit: string; command: string }) => Promise<number>]>([
  ['written by somebody else', (asked) => asks(asked, ada)],
  [
    'changed by somebody else',
    async (asked) => {
      const number = await asks({ ...asked, pull: 1 })
      const body = requestedRevertBlock({ schema: 1, ...asked })
      await ada.rest.issues.update({ ...at, issue_number: number, body })
      return number
    },
  ],
  [
    'closed meanwhile',
    async (asked) => {
      const number = await asks(asked)
      await ada.rest.issues.update({ ...at, issue_number: number, state: 'closed' })
      return number
    },
  ],
  ['about another commit than the merge', (asked) => asks({ ...asked, commit: 'a'.repeat(40) })],
  ['about what is no pull request', (asked) => asks({ ...asked, pull: 100_000 })],
])('nothing is reverted for an issue %s', async (_, write) => {
  const { number, commit, undo } = await merged('squash')
  const issue = await write({ pull: number, commit, command: undo })

  const { code, result } = await runInProcess(definition, runRollback, start(issue))

  expect([code, result.reason]).toEqual([1, 'input-invalid'])
  const { data } = await ada.rest.pulls.list({ ...at, state: 'all' })
  expect(data.filter(({ head }) => head.ref.startsWith(`revert-${number}-`))).toEqual([])
})

test.each([
  ['contents', 'contents'],
  ['issues', 'issues'],
  ['pull_requests', 'pull_?-?requests'],
])('without the permission %s it says so', async (name, said) => {
  const { number, commit, undo } = await merged('merge')
  const issue = await asks({ pull: number, commit, command: undo })
  const { [name]: _, ...left } = may

  const started = await runInProcess(definition, runRollback, start(issue, left))

  expectMissing({ ...started, log: started.log.replaceAll('pull-requests', 'pull_requests') }, said)
})

const approval = 'press "Approve workflows to run"'

test.each([
  ['the bump App', rehearsalAppPermissions.bump, 'acme-bump[bot]', false],
  ['a job, where the bump App may only read', { contents: 'read', pull_requests: 'read' }, 'github-actions[bot]', true],
  ['a job, where the bump App is not installed', undefined, 'github-actions[bot]', true],
] as const)('%s opens it, and whoever has to approve its runs is told', async (_, permissions, by, waits) => {
  const { number, commit, undo } = await merged('merge')
  const issue = await asks({ pull: number, commit, command: undo })
  const { inputs, ...rest } = start(issue)
  const bump = permissions ? await bumpToken(permissions) : ''

  const { code, result } = await startAction('rollback', { ...rest, inputs: { ...inputs, 'bump-token': bump } })

  expect([code, result.reason]).toEqual([0, 'ok'])
  const { data } = await ada.rest.pulls.list({ ...at, state: 'open' })
  const pull = data.find(({ head }) => head.ref.startsWith(`revert-${number}-`))
  expect(pull?.user?.login).toBe(by)
  for (const text of [pull?.body, result.message, ...(await commentsOf(issue))]) {
    expect(text?.includes(approval)).toBe(waits)
  }
  const opened = github.events.findLast(({ name, action }) => name === 'pull_request' && action === 'opened')
  expect(opened?.needsApproval === true).toBe(waits)
})

test('where jobs may open no pull requests, and where a workflow file would change, the issue says how to go on', async () => {
  const settings = github.repository(repo)
  settings.jobsMayOpenPulls = false
  const one = await merged('merge')
  const issue = await asks({ pull: one.number, commit: one.commit, command: one.undo })
  const refused = await runInProcess(definition, runRollback, start(issue))
  expect(refused.result).toMatchObject({ decision: 'irreversible', reason: 'revert-conflict' })
  expect((await commentsOf(issue))[0]).toMatch(/not permitted[\s\S]*Allow GitHub Actions to create[\s\S]*issue \d+/)
  settings.jobsMayOpenPulls = true
  expect((await runInProcess(definition, runRollback, start(issue))).result.reason).toBe('ok')

  const branch = `workflow-${count}`
  await commitOn(ada as never, at, branch, { '.github/workflows/a.yml': `name: ${count}\n` })
  const { data: pull } = await ada.rest.pulls.create({ ...at, base: 'main', head: branch, title: branch })
  const { data } = await ada.rest.pulls.merge({ ...at, pull_number: pull.number })
  const command = `git revert -m 1 ${data.sha}`
  const other = await asks({ pull: pull.number, commit: data.sha, command })
  const { inputs, ...rest } = start(other)
  const both = { ...rest, inputs: { ...inputs, 'bump-token': await bumpToken(rehearsalAppPermissions.bump) } }
  expect((await runInProcess(definition, runRollback, both)).result.decision).toBe('irreversible')
  expect((await commentsOf(other))[0]).toContain(command)
})

let bumpKey: string | undefined

/** A token of the bump App, installed here with these permissions. */
async function bumpToken(permissions: Permissions): Promise<string> {
  bumpKey ??= github.createApp({
    id: 12,
    slug: 'acme-bump',
    permissions: rehearsalAppPermissions.bump,
    bot: 1_200,
  }).privateKey
  github.install(12, repo)
  const client = getOctokit(await testAppJwt(12, bumpKey), { baseUrl: github.url })
  const { data: installation } = await client.rest.apps.getRepoInstallation(at)
  const asked = { installation_id: installation.id, permissions: permissions as never }
  return (await client.rest.apps.createInstallationAccessToken(asked)).data.token
}

test('one pull request and one word, wherever it was killed before', { timeout: 300_000 }, async () => {
  const { number, commit, undo } = await merged('merge')
  const issue = await asks({ pull: number, commit, command: undo })

  const killed = await killEverywhere(github, 'rollback', start(issue), 'writes')

  expect(killed.different).toEqual([])
  // Before, with the pull request, with its assignee; the word is the last.
  expect(killed.states).toBeGreaterThan(2)
})

/** A pull request with two commits, merged, and the command that takes it back. */
async function merged(merge_method: (typeof methods)[number]) {
  const branch = `change-${count}`
  await commitOn(ada as never, at, branch, { 'one.txt': `first ${count}\n` })
  await commitOn(ada as never, at, branch, { 'one.txt': `second ${count}\n`, [`new-${count}.txt`]: 'new\n' })
  const title = `Two at once ${count}`
  const { data: pull } = await ada.rest.pulls.create({ ...at, base: 'main', head: branch, title })
  const { data } = await ada.rest.pulls.merge({ ...at, pull_number: pull.number, merge_method })
  const merge = {
    commit: data.sha,
    pull: { number: pull.number, url: '' },
    title,
    author: undefined,
    mergedBy: undefined,
    mergedAt: undefined,
  }
  return { number: pull.number, commit: data.sha, undo: await revertCommand(ada as never, repo, merge) }
}

async function asks(asked: { pull: number; commit: string; command: string }, by = gate): Promise<number> {
  const body = `It failed.\n\n${requestedRevertBlock({ schema: 1, ...asked })}\n`
  const { data } = await by.rest.issues.create({
    ...at,
    title: 'Failed',
    body,
    labels: [revertLabel],
    assignees: ['ada'],
  })
  return data.number
}

function start(issue: number, permissions = may): Start {
  const token = github.mintJobToken(repo, permissions, 1)
  return {
    inputs: { mode: 'revert-upstream', issue: String(issue), 'gate-bot': String(usualBot(gateApp)), token },
    env: {
      GITHUB_REPOSITORY: repo,
      GITHUB_SHA: 'b'.repeat(40),
      GITHUB_API_URL: github.url,
      GITHUB_SERVER_URL: github.url,
      GITHUB_GRAPHQL_URL: `${github.url}/graphql`,
      GITHUB_EVENT_NAME: 'issues',
    },
  }
}

async function filesOf(ref: string): Promise<Record<string, string>> {
  const { data } = await ada.rest.git.getTree({ ...at, tree_sha: ref, recursive: '1' })
  const texts = data.tree.map(async ({ path }) => [path, (await readFile(ada as never, repo, path, ref)) ?? ''])
  return Object.fromEntries(await Promise.all(texts)) as Record<string, string>
}

async function commentsOf(issue_number: number): Promise<string[]> {
  const { data } = await ada.rest.issues.listComments({ ...at, issue_number })
  return data.map(({ body }) => body ?? '')
}
