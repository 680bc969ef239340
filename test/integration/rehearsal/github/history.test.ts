import { expect, test } from 'vitest'
import { at, commitFile, commitOnto, startEmulatorFixture } from '../../../fixtures/emulator.js'

test('commits are listed by path, and compared along their ancestry', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  const base = (await ada.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha
  const one = await commitFile(ada, 'topic', 'hub/a', '1')
  const two = await commitOnto(ada, 'topic', one, 'docs/b', '2')
  const other = await commitFile(ada, 'other', 'c', '3')

  const list = async (path: string): Promise<string[]> =>
    (await ada.rest.repos.listCommits({ ...at, sha: 'topic', path })).data.map(({ sha }) => sha)
  expect(await list('hub')).toEqual([one])
  expect(await list('docs/b')).toEqual([two])
  expect(await list('nothing')).toEqual([])

  const compare = async (basehead: string): Promise<unknown> => {
    const { data } = await ada.rest.repos.compareCommitsWithBasehead({ ...at, basehead })
    return [data.status, data.ahead_by, data.behind_by, data.merge_base_commit.sha, data.commits.map(({ sha }) => sha)]
  }
  expect(await compare(`${base}...${two}`)).toEqual(['ahead', 2, 0, base, [one, two]])
  expect(await compare(`${two}...${base}`)).toEqual(['behind', 0, 2, base, []])
  expect(await compare('topic...topic')).toEqual(['identical', 0, 0, two, []])
  expect(await compare('topic...other')).toEqual(['diverged', 1, 2, base, [other]])

  const { data: files } = await ada.rest.repos.compareCommitsWithBasehead({ ...at, basehead: 'main...topic' })
  expect(files.files?.map(({ filename, status }) => [filename, status])).toEqual([
    ['docs/b', 'added'],
    ['hub/a', 'added'],
  ])
})

test('a diff tells additions, removals, renames and binary files apart, whatever their names', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  const base = (await ada.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha
  const { data: tree } = await ada.rest.git.createTree({
    ...at,
    base_tree: base,
    tree: [
      { path: 'meta/Chart.yaml', sha: null, mode: '100644', type: 'blob' },
      { path: 'mäta/new "name".yaml', mode: '100644', type: 'blob', content: 'name: meta\nversion: 1\n' },
      { path: 'tab\tnew\nline', mode: '100755', type: 'blob', content: 'x\n' },
      {
        path: 'binary',
        mode: '100644',
        type: 'blob',
        sha: (await ada.rest.git.createBlob({ ...at, content: 'AAEC', encoding: 'base64' })).data.sha,
      },
    ],
  })
  const { data: commit } = await ada.rest.git.createCommit({ ...at, message: 'Edit', tree: tree.sha, parents: [base] })
  const { data } = await ada.rest.repos.getCommit({ ...at, ref: commit.sha })
  expect(
    data.files?.map((file) => [file.filename, file.status, file.previous_filename, file.additions, file.patch]),
  ).toEqual([
    ['binary', 'added', undefined, 0, undefined],
    ['mäta/new "name".yaml', 'renamed', 'meta/Chart.yaml', 0, undefined],
    ['tab\tnew\nline', 'added', undefined, 1, '@@ -0,0 +1 @@\n+x'],
  ])
})

test('contents are read at any ref, raw or as base64, and a directory as a list', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  await commitFile(ada, 'topic/x', 'meta/Chart.yaml', 'changed: ✓\n')
  const chart = { ...at, path: 'meta/Chart.yaml' }
  const { data: file } = await ada.rest.repos.getContent({ ...chart, ref: 'topic/x' })
  if (Array.isArray(file) || file.type !== 'file') throw new Error('not a file')
  expect(Buffer.from(file.content, 'base64').toString()).toBe('changed: ✓\n')
  const raw = await ada.rest.repos.getContent({ ...chart, mediaType: { format: 'raw' } })
  expect(raw.data).toBe('name: meta\nversion: 1\n')
  const { data: dir } = await ada.rest.repos.getContent({ ...at, path: '' })
  expect(Array.isArray(dir) && dir.map(({ path, type }) => [path, type])).toEqual([
    ['.github', 'dir'],
    ['meta', 'dir'],
  ])
})

test('lists come in pages that lead to one another', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  for (let n = 1; n <= 5; n += 1)
    await ada.rest.issues.create({ ...at, title: `Issue ${n}`, labels: n % 2 ? ['odd'] : [] })
  const first = await ada.rest.issues.listForRepo({ ...at, per_page: 2 })
  expect(first.data.map(({ number }) => number)).toEqual([5, 4])
  expect(first.headers.link).toMatch(/page=2>; rel="next".*page=3>; rel="last"/)
  const all = await ada.paginate(ada.rest.issues.listForRepo, { ...at, per_page: 2 })
  expect(all.map(({ number }) => number)).toEqual([5, 4, 3, 2, 1])
  const odd = await ada.paginate(ada.rest.issues.listForRepo, { ...at, per_page: 1, labels: 'odd', direction: 'asc' })
  expect(odd.map(({ number }) => number)).toEqual([1, 3, 5])
  const last = await ada.rest.issues.listForRepo({ ...at, per_page: 2, page: 3 })
  expect(last.headers.link).not.toContain('rel="next"')
})
