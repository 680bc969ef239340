import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Exec, execIn } from '../../../../shared/exec/exec.js'
import { workspaceAt } from '../../../../shared/foundation/workspace.js'
import { filesAt } from '../../../../shared/git/commit-files.js'
import { type MergeSides, makeMerge } from '../../../../shared/git/merge-commit.js'

let dir: string
const sides: Record<'clean' | 'conflict', MergeSides> = {} as never
const exec = execIn('/', new AbortController().signal)

const git = async (cwd: string, ...args: string[]): Promise<string> => (await execa('git', args, { cwd })).stdout.trim()

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lockstep-merge-'))
  const origin = join(dir, 'owner', 'name')
  await execa('git', ['init', '--quiet', '-b', 'trunk', origin])
  const commit = async (branch: string, from: string | undefined, files: Record<string, string>): Promise<string> => {
    await git(origin, 'checkout', '--quiet', '-B', branch, ...(from ? [from] : []))
    for (const [path, text] of Object.entries(files)) await writeFile(join(origin, path), text)
    await git(origin, 'add', '.')
    await git(origin, '-c', 'user.name=ada', '-c', 'user.email=ada@example.org', 'commit', '--quiet', '-m', branch)
    return git(origin, 'rev-parse', 'HEAD')
  }
  const lines = Array.from({ length: 9 }, (_, index) => `line ${index}`)
  const text = (change: Record<number, string>) => lines.map((line, index) => change[index] ?? line).join('\n')
  await commit('trunk', undefined, { old: 'x' })
  const base = await commit('trunk', undefined, { 'a.yaml': text({}), 'b.yaml': 'b' })
  const ours = await commit('trunk', undefined, { 'a.yaml': text({ 0: 'ours' }) })
  const theirs = await commit('theirs', base, { 'a.yaml': text({ 8: 'theirs' }), 'b.yaml': 'theirs' })
  const against = await commit('against', base, { 'a.yaml': text({ 0: 'theirs' }), 'b.yaml': 'theirs' })
  sides.clean = { base, ours, theirs }
  sides.conflict = { base, ours, theirs: against }
  await git(origin, 'config', 'uploadpack.allowAnySHA1InWant', 'true')
})
afterAll(() => rm(dir, { recursive: true, force: true }))

/** A checkout of one commit, as the runner makes it. */
async function source(name: string, run: Exec = exec) {
  const root = join(dir, name)
  const remote = pathToFileURL(join(dir, 'owner', 'name')).href
  await execa('git', ['clone', '--quiet', '--depth=1', '--branch=trunk', remote, root])
  const serverUrl = pathToFileURL(dir).href.replace(/\/$/, '')
  return { exec: run, run: { serverUrl, repository: 'owner/name' }, workspace: workspaceAt(root), token: 'token' }
}

test('both sides are in it, its parents are the two commits, and every machine makes the same', async () => {
  const made = []
  for (const name of ['one', 'other']) {
    const from = await source(name)
    const merge = await makeMerge(from, sides.clean, join(dir, `temp-${name}`))
    if (!('sha' in merge)) throw new Error('It has conflicts.')
    made.push(merge.sha)
    const shown = await git(merge.gitDir, 'cat-file', 'commit', merge.sha)
    expect([...shown.matchAll(/^parent (.+)$/gm)].map(([, sha]) => sha)).toEqual([sides.clean.ours, sides.clean.theirs])
    const files = await filesAt(from, merge.sha, join(dir, `temp-${name}`), merge.gitDir)
    expect(await files.read('b.yaml')).toBe('theirs')
    expect((await files.read('a.yaml'))?.split('\n').filter((line) => !line.startsWith('line'))).toEqual([
      'ours',
      'theirs',
    ])
  }
  expect(new Set(made).size).toBe(1)
})

test('where both changed the same, the paths are named', async () => {
  expect(await makeMerge(await source('conflict'), sides.conflict, join(dir, 'temp-conflict'))).toEqual({
    conflicts: ['a.yaml'],
  })
})

test('a commit that is nowhere is told', async () => {
  const theirs = 'f'.repeat(40)
  const made = makeMerge(await source('nowhere'), { ...sides.clean, theirs }, join(dir, 'temp-nowhere'))
  await expect(made).rejects.toMatchObject({ reason: 'github-unreachable' })
})

test('a git that is too old is told, and is no conflict', async () => {
  const old: Exec = async (program, args, options) =>
    args[0] === 'merge-tree' ? { code: 129, stdout: '', stderr: 'usage: git merge-tree' } : exec(program, args, options)
  const made = makeMerge(await source('old', old), sides.clean, join(dir, 'temp-old'))
  await expect(made).rejects.toMatchObject({ reason: 'tool-missing', fix: expect.stringContaining('2.38') })
})
