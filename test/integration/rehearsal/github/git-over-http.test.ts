import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  at,
  commitFile,
  deploy,
  type EmulatorFixture,
  git,
  remote,
  startEmulatorFixture,
} from '../../../fixtures/emulator.js'

const failure = async (command: Promise<unknown>): Promise<string> => {
  const error = await command.then(
    () => undefined,
    (thrown: { stderr: string }) => thrown,
  )
  if (!error) throw new Error('git succeeded')
  return error.stderr
}

async function clone(fixture: EmulatorFixture, token: string, name = 'clone'): Promise<string> {
  await git(fixture.dir, 'clone', '--quiet', remote(fixture, token), name)
  return join(fixture.dir, name)
}

async function commit(clone: string, path: string, text: string): Promise<string> {
  await writeFile(join(clone, path), text)
  await git(clone, 'add', '--all')
  await git(clone, 'commit', '--quiet', '--message', `Change ${path}`)
  return git(clone, 'rev-parse', 'HEAD')
}

test('a push moves the branch, emits a push event, and synchronizes the pull request of that branch', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  const first = await commitFile(ada, 'topic', 'a.txt', '1\n')
  await ada.rest.pulls.create({ ...at, head: 'topic', base: 'main', title: 'Topic' })
  const copy = await clone(fixture, fixture.ada.token)
  await git(copy, 'checkout', '--quiet', 'topic')
  const before = fixture.github.events.length
  const second = await commit(copy, 'a.txt', '2\n')
  await git(copy, 'push', '--quiet', 'origin', 'topic')

  const { data: pull } = await ada.rest.pulls.get({ ...at, pull_number: 1 })
  expect(pull.head.sha).toBe(second)
  const [push, synchronize, ...more] = fixture.github.events.slice(before)
  expect(push).toMatchObject({
    name: 'push',
    ref: 'refs/heads/topic',
    sha: second,
    actor: 'ada',
    startsWorkflows: true,
  })
  expect(push?.payload).toMatchObject({ before: first, after: second, forced: false, commits: [{ id: second }] })
  expect(synchronize).toMatchObject({ name: 'pull_request', action: 'synchronize', ref: 'refs/pull/1/merge' })
  expect(more).toEqual([])

  await git(copy, 'fetch', '--quiet', 'origin', 'refs/pull/1/merge')
  expect(await git(copy, 'rev-parse', 'FETCH_HEAD')).toBe(synchronize?.sha)
  expect((await git(copy, 'log', '-1', '--format=%P', 'FETCH_HEAD')).split(' ')).toEqual([pull.base.sha, second])
})

test('nobody pushes without a token, with a wrong one, or with a role or permission that only reads', async () => {
  await using fixture = await startEmulatorFixture()
  const copy = await clone(fixture, fixture.ada.token)
  await commit(copy, 'a.txt', '1\n')
  const rob = fixture.github.createUser('rob')
  const reader = await fixture.gateToken({ permissions: { contents: 'read' } })
  const push = (url: string): Promise<string> => failure(git(copy, 'push', '--quiet', url, 'HEAD:refs/heads/topic'))
  expect(await push(`${fixture.github.url}/${deploy}.git`)).toContain('could not read Username')
  expect(await push(remote(fixture, 'ghp_wrong'))).toContain('Authentication failed')
  expect(await push(remote(fixture, rob.token))).toContain('Permission to hub-org/deploy.git denied to rob.')
  expect(await push(remote(fixture, reader))).toContain('Permission to hub-org/deploy.git denied to gate[bot].')
  const { data: branches } = await fixture.client(rob.token).rest.repos.listBranches(at)
  expect(branches.map(({ name }) => name)).toEqual(['main'])
  expect(fixture.github.events).toEqual([])
})

test('a private repository is not there for strangers', async () => {
  await using fixture = await startEmulatorFixture()
  await fixture.github.createRepository({
    repo: 'hub-org/secret',
    files: { a: 'b' },
    private: true,
    collaborators: { ada: 'read' },
  })
  const eve = fixture.github.createUser('eve')
  expect(await git(fixture.dir, 'ls-remote', remote(fixture, fixture.ada.token, 'hub-org/secret'))).toContain(
    'refs/heads/main',
  )
  const strangers = git(fixture.dir, 'ls-remote', remote(fixture, eve.token, 'hub-org/secret'))
  expect(await failure(strangers)).toContain('not found')
})

test('a clone works without `.git` in its address, and any commit can be fetched by its SHA', async () => {
  await using fixture = await startEmulatorFixture()
  const sha = await commitFile(fixture.client(fixture.ada.token), 'topic', 'a.txt', '1\n')
  await git(fixture.dir, 'clone', '--quiet', '--depth', '1', `${fixture.github.url}/${deploy}`, 'clone')
  const copy = join(fixture.dir, 'clone')
  await git(copy, 'fetch', '--quiet', '--depth', '1', 'origin', sha)
  expect(await git(copy, 'show', 'FETCH_HEAD:a.txt')).toBe('1')
})

test('the ruleset refuses a direct push to main unless the check is green; admins only where they may bypass', async () => {
  await using fixture = await startEmulatorFixture()
  const root = fixture.github.createUser('hub-org')
  const settings = fixture.github.repository(deploy)
  settings.requiredCheck = { name: 'lockstep / gate', appId: fixture.gate.id }
  const copy = await clone(fixture, root.token)
  const sha = await commit(copy, 'a.txt', '1\n')
  const push = (): Promise<string> => git(copy, 'push', '--quiet', 'origin', 'HEAD:main', 'HEAD:topic')
  expect(await failure(push())).toContain('Required status check "lockstep / gate" is expected')
  expect(fixture.github.events.map(({ ref }) => ref)).toEqual(['refs/heads/topic'])

  const gate = fixture.client(await fixture.gateToken())
  await gate.rest.checks.create({ ...at, name: 'lockstep / gate', head_sha: sha, conclusion: 'success' })
  await git(copy, 'push', '--quiet', 'origin', 'HEAD:main')
  await commit(copy, 'a.txt', '2\n')
  await failure(git(copy, 'push', '--quiet', 'origin', 'HEAD:main'))
  settings.adminsMayBypass = true
  await git(copy, 'push', '--quiet', 'origin', 'HEAD:main')
})

test('a push that rewrites history is told as forced, and main allows none', async () => {
  await using fixture = await startEmulatorFixture()
  const copy = await clone(fixture, fixture.ada.token)
  await commit(copy, 'a.txt', '1\n')
  await git(copy, 'push', '--quiet', 'origin', 'HEAD:topic', 'HEAD:main')
  await git(copy, 'reset', '--quiet', '--hard', 'HEAD~1')
  await commit(copy, 'a.txt', '2\n')
  expect(await failure(git(copy, 'push', '--quiet', 'origin', 'HEAD:topic'))).toContain('rejected')
  await git(copy, 'push', '--quiet', '--force', 'origin', 'HEAD:topic')
  expect(fixture.github.events.at(-1)?.payload).toMatchObject({ ref: 'refs/heads/topic', forced: true })
  fixture.github.repository(deploy).requiredCheck = { name: 'lockstep / gate', appId: fixture.gate.id }
  expect(await failure(git(copy, 'push', '--quiet', '--force', 'origin', 'HEAD:main'))).toContain('Cannot force-push')
})

test('an App needs the permission "workflows" to push or commit a workflow file', async () => {
  await using fixture = await startEmulatorFixture()
  const token = await fixture.gateToken()
  const copy = await clone(fixture, token)
  await commit(copy, '.github/workflows/deploy.yml', 'name: Other\n')
  expect(await failure(git(copy, 'push', '--quiet', 'origin', 'HEAD:topic'))).toContain(
    'without `workflows` permission',
  )
  const gate = fixture.client(token)
  await expect(commitFile(gate, 'topic', '.github/workflows/new.yml', 'name: New\n')).rejects.toThrow(
    'Resource not accessible by integration',
  )
  await expect(
    commitFile(fixture.client(fixture.ada.token), 'other', '.github/workflows/new.yml', 'name: New\n'),
  ).resolves.toBeDefined()
})
