import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RepositoryEvent } from '../../../../rehearsal/github/types.js'
import { startsOf, workflowFilesAt } from '../../../../rehearsal/runner/triggers.js'

let dir = ''
const sha = { main: '', head: '' }

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'occasions-'))
  const env = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@x', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@x' }
  const git = async (...args: string[]): Promise<string> => (await execa('git', args, { cwd: dir, env })).stdout
  await git('init', '--quiet', '--initial-branch=main')
  await execa('mkdir', ['-p', '.github/workflows/nested'], { cwd: dir })
  for (const file of [
    '.github/workflows/a.yml',
    '.github/workflows/b.yaml',
    '.github/workflows/README.md',
    '.github/workflows/nested/c.yml',
  ])
    await writeFile(join(dir, file), 'x')
  await git('add', '--all')
  await git('commit', '--quiet', '--message', 'first')
  sha.main = await git('rev-parse', 'HEAD')
  await git('checkout', '--quiet', '-b', 'change')
  await writeFile(join(dir, 'changed file.txt'), 'x')
  await git('add', '--all')
  await git('commit', '--quiet', '--message', 'second [skip ci]')
  sha.head = await git('rev-parse', 'HEAD')
})

afterAll(() => rm(dir, { recursive: true, force: true }))

const look = (event: Partial<RepositoryEvent>) =>
  startsOf(
    {
      name: 'push',
      repo: 'o/r',
      ref: 'refs/heads/main',
      sha: sha.main,
      actor: 'ada',
      payload: {},
      startsWorkflows: true,
      ...event,
    },
    join(dir, '.git'),
    'main',
  )

const pull = (ref: string, full_name = 'o/r'): Partial<RepositoryEvent> => ({
  name: 'pull_request',
  action: 'opened',
  ref,
  sha: sha.head,
  payload: {
    number: 3,
    pull_request: {
      ...{ number: 3, title: 'Change it' },
      head: { ref: 'change', sha: sha.head, repo: { full_name } },
      base: { ref: 'main', sha: sha.main, repo: { full_name: 'o/r' } },
    },
  },
})

test('only the workflow files right in their folder count', async () => {
  expect((await workflowFilesAt(join(dir, '.git'), sha.main)).map(({ path }) => path)).toEqual([
    '.github/workflows/a.yml',
    '.github/workflows/b.yaml',
  ])
})

test('a push knows its branch, what it changes and its message', async () => {
  const payload = { before: sha.main, after: sha.head, head_commit: { message: 'second' } }
  const [start] = await look({ ref: 'refs/heads/change', sha: sha.head, payload })
  expect(start).toMatchObject({ headBranch: 'change', headSha: sha.head })
  expect(start?.occasion).toMatchObject({
    branch: 'change',
    tag: undefined,
    changed: ['changed file.txt'],
    message: 'second',
  })
})

test('a new branch looks at no paths, a tag is none, and a deleted branch starts nothing', async () => {
  expect((await look({ payload: { before: '0'.repeat(40) } }))[0]?.occasion.changed).toBeUndefined()
  expect((await look({ ref: 'refs/tags/v1' }))[0]?.occasion).toMatchObject({ branch: undefined, tag: 'v1' })
  expect(await look({ sha: '0'.repeat(40) })).toEqual([])
})

test('a pull request starts from its merge, and once more from the default branch for pull_request_target', async () => {
  const [merge, target, ...others] = await look(pull('refs/pull/3/merge'))
  expect(others).toEqual([])
  expect(merge).toMatchObject({ ref: 'refs/pull/3/merge', sha: sha.head, headBranch: 'change', pullRequests: [3] })
  expect(merge?.occasion).toMatchObject({
    event: 'pull_request',
    branch: 'main',
    message: expect.stringContaining('[skip ci]'),
  })
  expect(target).toMatchObject({ ref: 'refs/heads/main', sha: sha.main, headSha: sha.head })
  expect(target?.occasion).toMatchObject({ event: 'pull_request_target', branch: 'main', message: undefined })
})

test("a fork's pull request starts the same, and is not named", async () => {
  for (const start of await look(pull('refs/pull/3/merge', 'eve/r')))
    expect(start).toMatchObject({ headRepo: 'eve/r', repo: 'o/r', pullRequests: [], title: 'Change it' })
})

test('a pull request in conflict has no merge to start from', async () => {
  expect((await look(pull('refs/pull/3/head'))).map(({ occasion }) => occasion.event)).toEqual(['pull_request_target'])
})

test('a finished run is known by its workflow and its branch', async () => {
  const payload = { workflow_run: { name: 'Publish', head_branch: 'main' }, workflow: { id: 1, path: 'x' } }
  expect((await look({ name: 'workflow_run', action: 'completed', payload }))[0]?.occasion).toMatchObject({
    branch: 'main',
    workflow: 'Publish',
  })
})

test("what a job's own token did starts nothing, a dispatch excepted", async () => {
  expect(await look({ startsWorkflows: false })).toEqual([])
  const dispatched = await look({
    name: 'workflow_dispatch',
    startsWorkflows: false,
    payload: { workflow: '.github/workflows/a.yml' },
  })
  expect(dispatched.map(({ occasion }) => occasion.workflow)).toEqual(['.github/workflows/a.yml'])
})
