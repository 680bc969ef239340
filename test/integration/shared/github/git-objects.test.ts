import { afterAll, beforeAll, expect, test } from 'vitest'
import { type GitObjects, gitObjects } from '../../../../shared/github/git-objects.js'
import { readTree, treeChanges } from '../../../../shared/github/trees.js'
import { at, deploy, type EmulatorFixture, type Octokit, startEmulatorFixture } from '../../../fixtures/emulator.js'
import { commitOn } from '../../../fixtures/repository-pair.js'

let fixture: EmulatorFixture
let ada: Octokit
let commits: string[]
let objects: GitObjects
let asked: (what: RegExp) => number

beforeAll(async () => {
  fixture = await startEmulatorFixture()
  ada = fixture.client(fixture.ada.token)
  const steps: [Record<string, string | null>, '100755'?][] = [
    [{ 'a.txt': '1\n', 'b/c.txt': '1\n' }],
    [{ 'a.txt': '2\n' }],
    [{ 'b/c.txt': null, 'd.txt': 'new\n' }],
    [{ 'a.txt': '1\n' }, '100755'],
    [{ 'a.txt': '1\n', 'b/c.txt': '1\n' }],
  ]
  commits = []
  for (const [files, mode] of steps) commits.push(await commitOn(ada as never, at, 'main', files, 'A step', mode))
}, 60_000)
afterAll(() => fixture[Symbol.asyncDispose]())

function fresh(token = fixture.ada.token) {
  objects = gitObjects(fixture.client(token) as never, deploy)
  const from = fixture.github.requests.length
  asked = (what) => fixture.github.requests.slice(from).filter(({ path }) => what.test(path)).length
}

const entryOf = async (commit: string, path: string) => {
  const [entry] = (await objects.entries(commit, [path])) ?? []
  if (!entry) throw new Error(`no ${path}`)
  return entry
}

test('whatever was read first, two commits differ as their whole trees do, and each tree is read once', async () => {
  const pairs = commits.flatMap((base) => commits.map((head) => [base, head] as const))
  const wanted = await Promise.all(pairs.map(([base, head]) => treeChanges(ada as never, deploy, base, head)))
  for (const order of [pairs, pairs.toReversed()]) {
    fresh()
    const found = await Promise.all(order.map(([base, head]) => objects.changes(base, head)))
    expect(found).toEqual(order === pairs ? wanted : wanted.toReversed())
    expect(asked(/\/git\/trees\//)).toBe(commits.length)
  }
})

test('the files of a commit are those of its tree', async () => {
  fresh()
  for (const commit of commits) {
    const tree = await readTree(ada as never, deploy, commit)
    const paths = [...(tree?.keys() ?? []), 'none.txt', 'b/c.txt', 'd.txt']
    expect(await objects.entries(commit, paths)).toEqual(paths.map((path) => tree?.get(path)))
  }
})

test('files that were foreseen cost one request, others one each, and none is read twice', async () => {
  fresh()
  const [first = '', second = '', third = ''] = commits
  const all = [await entryOf(first, 'a.txt'), await entryOf(second, 'a.txt'), await entryOf(first, 'a.txt')]
  await objects.foresee(all)
  const texts = [...all, await entryOf(third, 'd.txt')].map((entry) => objects.text(entry, 'a.txt'))
  expect(await Promise.all(texts)).toEqual(['1\n', '2\n', '1\n', 'new\n'])
  await objects.text(await entryOf(third, 'd.txt'), 'd.txt')
  expect([asked(/^\/graphql/), asked(/\/git\/blobs\//)]).toEqual([1, 1])
})

test('P8: who may not ask by GraphQL gets the same files', async () => {
  fresh()
  const entry = await entryOf(commits[0] ?? '', 'a.txt')
  const body = { data: { repository: null }, errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible' }] }
  fixture.github.faults.next({ kind: 'answer', body, match: { path: '/graphql' } })
  await objects.foresee([entry])
  expect(await objects.text(entry, 'a.txt')).toBe('1\n')
  expect(asked(/\/git\/blobs\//)).toBe(1)
})

test('what is no text is refused by its name, foreseen or not', async () => {
  const { data: blob } = await ada.rest.git.createBlob({ ...at, content: '/w==', encoding: 'base64' })
  for (const ahead of [true, false]) {
    fresh()
    if (ahead) await objects.foresee([{ ...blob, mode: '100644', size: 1 }])
    await expect(objects.text(blob, 'a.bin')).rejects.toThrow('a.bin in the deploy repo is not a text file in UTF-8')
  }
})

test('a failure is not remembered', async () => {
  fresh()
  const [commit = ''] = commits
  const entry = await entryOf(commits[1] ?? '', 'a.txt')
  for (const path of ['/repos/*/git/trees/*', '/repos/*/git/blobs/*'])
    fixture.github.faults.next({ kind: 'status', status: 403, match: { path } })
  const both = () => Promise.allSettled([objects.changes(commit, commit), objects.text(entry, 'a.txt')])
  expect((await both()).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await both()).toMatchObject([{ value: [] }, { value: '2\n' }])
})

test('a branch is looked at again each time', async () => {
  fresh()
  const [first = ''] = commits
  await objects.changes(first, 'main')
  const moved = await commitOn(ada as never, at, 'main', { 'e.txt': '1\n' })
  expect(await objects.changes(first, 'main')).toEqual(await objects.changes(first, moved))
})

test('a tree that GitHub cuts off is not known, and not empty', async () => {
  fresh()
  const [first = '', second = ''] = commits
  const body = { sha: second, url: 'https://example.org', tree: [], truncated: true }
  fixture.github.faults.next({ kind: 'answer', body, match: { path: `/repos/*/git/trees/${second}` } })
  expect(await objects.changes(first, second)).toBeUndefined()
  expect(await objects.entries(second, ['a.txt'])).toBeUndefined()
})
