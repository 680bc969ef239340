import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { execIn } from '../../../../shared/exec/exec.js'
import { workspaceAt } from '../../../../shared/foundation/workspace.js'
import { filesAt, parentsOfHead } from '../../../../shared/git/commit-files.js'

let dir: string
let [first, second] = ['', '']
const exec = execIn('/', new AbortController().signal)

const git = async (cwd: string, ...args: string[]): Promise<string> => (await execa('git', args, { cwd })).stdout.trim()

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lockstep-files-'))
  const origin = join(dir, 'owner', 'name')
  await execa('git', ['init', '--quiet', '-b', 'main', origin])
  const commit = async (text: string): Promise<string> => {
    await writeFile(join(origin, '.gitattributes'), 'secret.yaml filter=decrypt\n')
    await writeFile(join(origin, 'secret.yaml'), `encrypted ${text}`)
    await writeFile(join(origin, 'file.yaml'), text)
    await git(origin, 'add', '.')
    await git(origin, '-c', 'user.name=ada', '-c', 'user.email=ada@example.org', 'commit', '--quiet', '-m', text)
    return git(origin, 'rev-parse', 'HEAD')
  }
  first = await commit('first')
  second = await commit('second')
  await git(origin, 'config', 'uploadpack.allowAnySHA1InWant', 'true')
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const source = (root: string) => ({
  exec,
  run: { serverUrl: pathToFileURL(dir).href.replace(/\/$/, ''), repository: 'owner/name' },
  workspace: workspaceAt(root),
  token: 'token',
})

test.each([
  ['full', []],
  ['shallow', ['--depth=1']],
])('an older commit is read beside a %s checkout, which stays as it was', async (name, depth) => {
  const root = join(dir, `clone-${name}`)
  await execa('git', ['clone', '--quiet', ...depth, pathToFileURL(join(dir, 'owner', 'name')).href, root])
  await git(root, 'config', 'filter.decrypt.smudge', 'sed s/encrypted/decrypted/')
  const index = await readFile(join(root, '.git', 'index'))

  const files = await filesAt(source(root), first, await mkdtemp(join(dir, 'temp-')))

  expect(await files.list()).toEqual(['.gitattributes', 'file.yaml', 'secret.yaml'])
  expect(await files.read('secret.yaml'), 'as the checkout decrypts').toBe('decrypted first')
  expect(await files.read('file.yaml')).toBe('first')
  expect(await git(root, 'diff', '--cached', '--name-only')).toBe('')
  expect(await readFile(join(root, '.git', 'index'))).toEqual(index)
  expect(await git(root, 'rev-list', '--all', '--count')).toBe(depth.length === 0 ? '2' : '1')
  expect(await parentsOfHead(source(root))).toEqual([first])
  expect(await git(root, 'rev-parse', 'HEAD')).toBe(second)
})

test('a commit that is nowhere is an error that names it', async () => {
  const root = join(dir, 'owner', 'name')
  const nowhere = 'deadbeef'.repeat(5)
  await expect(filesAt(source(root), nowhere, await mkdtemp(join(dir, 'temp-')))).rejects.toMatchObject({
    reason: 'github-unreachable',
    message: expect.stringContaining('deadbee'),
  })
})

test('files that git did not check out are no hindrance', async () => {
  const root = await mkdtemp(join(dir, 'unpacked-'))

  const files = await filesAt(source(root), first, await mkdtemp(join(dir, 'temp-')))

  expect(await files.read('file.yaml')).toBe('first')
})
