import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { at, commitFile, deploy, git, remote, startWorld, type World } from '../../../unit/rehearsal/github/world.js'

const failure = async (command: Promise<unknown>): Promise<string> => {
  const error = await command.then(
    () => undefined,
    (thrown: { stderr: string }) => thrown,
  )
  if (!error) throw new Error('git succeeded')
  return error.stderr
}

async function clone(world: World, token: string, name = 'clone'): Promise<string> {
  await git(world.dir, 'clone', '--quiet', remote(world, token), name)
  return join(world.dir, name)
}

async function commit(clone: string, path: string, text: string): Promise<string> {
  await writeFile(join(clone, path), text)
  await git(clone, 'add', '--all')
  await git(clone, 'commit', '--quiet', '--message', `Change ${path}`)
  return git(clone, 'rev-parse', 'HEAD')
}

test('a push moves the branch, emits a push event, and synchronizes the pull request of that branch', async () => {
  await using world = await startWorld()
  const ada = world.client(world.ada.token)
  const first = await commitFile(ada, 'topic', 'a.txt', '1\n')
  await ada.rest.pulls.create({ ...at, head: 'topic', base: 'main', title: 'Topic' })
  const copy = await clone(world, world.ada.token)
  await git(copy, 'checkout', '--quiet', 'topic')
  const before = world.github.events.length
  const second = await commit(copy, 'a.txt', '2\n')
  await git(copy, 'push', '--quiet', 'origin', 'topic')

  const { data: pull } = await ada.rest.pulls.get({ ...at, pull_number: 1 })
  expect(pull.head.sha).toBe(second)
  const [push, synchronize, ...more] = world.github.events.slice(before)
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
  await using world = await startWorld()
  const copy = await clone(world, world.ada.token)
  await commit(copy, 'a.txt', '1\n')
  const rob = world.github.createUser('rob')
  const reader = await world.gateToken({ permissions: { contents: 'read' } })
  const push = (url: string): Promise<string> => failure(git(copy, 'push', '--quiet', url, 'HEAD:refs/heads/topic'))
  expect(await push(`${world.github.url}/${deploy}.git`)).toContain('could not read Username')
  expect(await push(remote(world, 'ghp_wrong'))).toContain('Authentication failed')
  expect(await push(remote(world, rob.token))).toContain('Permission to hub-org/deploy.git denied to rob.')
  expect(await push(remote(world, reader))).toContain('Permission to hub-org/deploy.git denied to gate[bot].')
  const { data: branches } = await world.client(rob.token).rest.repos.listBranches(at)
  expect(branches.map(({ name }) => name)).toEqual(['main'])
  expect(world.github.events).toEqual([])
})

test('a private repository is not there for strangers', async () => {
  await using world = await startWorld()
  await world.github.createRepository({
    repo: 'hub-org/secret',
    files: { a: 'b' },
    private: true,
    collaborators: { ada: 'read' },
  })
  const eve = world.github.createUser('eve')
  expect(await git(world.dir, 'ls-remote', remote(world, world.ada.token, 'hub-org/secret'))).toContain(
    'refs/heads/main',
  )
  const strangers = git(world.dir, 'ls-remote', remote(world, eve.token, 'hub-org/secret'))
  expect(await failure(strangers)).toContain('not found')
})

test('a clone works without `.git` in its address, and any commit can be fetched by its SHA', async () => {
  await using world = await startWorld()
  const sha = await commitFile(world.client(world.ada.token), 'topic', 'a.txt', '1\n')
  await git(world.dir, 'clone', '--quiet', '--depth', '1', `${world.github.url}/${deploy}`, 'clone')
  const copy = join(world.dir, 'clone')
  await git(copy, 'fetch', '--quiet', '--depth', '1', 'origin', sha)
  expect(await git(copy, 'show', 'FETCH_HEAD:a.txt')).toBe('1')
})

test('the ruleset refuses a direct push to main unless the check is green; admins only where they may bypass', async () => {
  await using world = await startWorld()
  const root = world.github.createUser('hub-org')
  const settings = world.github.repository(deploy)
  settings.requiredCheck = { name: 'lockstep / gate', appId: world.gate.id }
  const copy = await clone(world, root.token)
  const sha = await commit(copy, 'a.txt', '1\n')
  const push = (): Promise<string> => git(copy, 'push', '--quiet', 'origin', 'HEAD:main', 'HEAD:topic')
  expect(await failure(push())).toContain('Required status check "lockstep / gate" is expected')
  expect(world.github.events.map(({ ref }) => ref)).toEqual(['refs/heads/topic'])

  const gate = world.client(await world.gateToken())
  await gate.rest.checks.create({ ...at, name: 'lockstep / gate', head_sha: sha, conclusion: 'success' })
  await git(copy, 'push', '--quiet', 'origin', 'HEAD:main')
  await commit(copy, 'a.txt', '2\n')
  await failure(git(copy, 'push', '--quiet', 'origin', 'HEAD:main'))
  settings.adminsMayBypass = true
  await git(copy, 'push', '--quiet', 'origin', 'HEAD:main')
})

test('a push that rewrites history is told as forced, and main allows none', async () => {
  await using world = await startWorld()
  const copy = await clone(world, world.ada.token)
  await commit(copy, 'a.txt', '1\n')
  await git(copy, 'push', '--quiet', 'origin', 'HEAD:topic', 'HEAD:main')
  await git(copy, 'reset', '--quiet', '--hard', 'HEAD~1')
  await commit(copy, 'a.txt', '2\n')
  expect(await failure(git(copy, 'push', '--quiet', 'origin', 'HEAD:topic'))).toContain('rejected')
  await git(copy, 'push', '--quiet', '--force', 'origin', 'HEAD:topic')
  expect(world.github.events.at(-1)?.payload).toMatchObject({ ref: 'refs/heads/topic', forced: true })
  world.github.repository(deploy).requiredCheck = { name: 'lockstep / gate', appId: world.gate.id }
  expect(await failure(git(copy, 'push', '--quiet', '--force', 'origin', 'HEAD:main'))).toContain('Cannot force-push')
})

test('an App needs the permission "workflows" to push or commit a workflow file', async () => {
  await using world = await startWorld()
  const token = await world.gateToken()
  const copy = await clone(world, token)
  await commit(copy, '.github/workflows/deploy.yml', 'name: Other\n')
  expect(await failure(git(copy, 'push', '--quiet', 'origin', 'HEAD:topic'))).toContain(
    'without `workflows` permission',
  )
  const gate = world.client(token)
  await expect(commitFile(gate, 'topic', '.github/workflows/new.yml', 'name: New\n')).rejects.toThrow(
    'Resource not accessible by integration',
  )
  await expect(
    commitFile(world.client(world.ada.token), 'other', '.github/workflows/new.yml', 'name: New\n'),
  ).resolves.toBeDefined()
})
