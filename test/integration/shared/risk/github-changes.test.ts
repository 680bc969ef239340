import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getOctokit } from '@actions/github'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGitHub } from '../../../../rehearsal/github/server.js'
import type { Emulator } from '../../../../rehearsal/github/types.js'
import { type GitHub, repoRef } from '../../../../shared/github/client.js'
import { classifyChange } from '../../../../shared/risk/classify.js'
import { type GitHubChanges, githubChanges } from '../../../../shared/risk/github-changes.js'
import { chartYaml, context, policy } from '../../../fixtures/risk-samples.js'

const repo = 'acme/deploy'
const at = repoRef(repo)
const long = `# ${'x'.repeat(600_000)}\n`

let dir: string
let emulator: Emulator
let github: GitHub
let base: string

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lockstep-changes-'))
  emulator = await startGitHub({ dir })
  github = getOctokit(emulator.createUser('ada').token, { baseUrl: emulator.url })
  await emulator.createRepository({
    repo,
    files: {
      'site/Chart.yaml': chartYaml('traefik', '1.0.0', '    alias: front\n'),
      'config/primary.yaml': 'front: { frobnicate: 1 }\n',
      'config/large.yaml': `${long}web: { replicas: 1 }\n`,
      'secrets/bans.txt': Buffer.from('\0GITCRYPT\0one'),
      'secrets/config/primary.yaml': Buffer.from('\0GITCRYPT\0one'),
      'docs/index.md': 'x\n',
    },
    collaborators: { ada: 'write' },
  })
  base = (await github.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha
})

afterAll(async () => {
  await emulator[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

type Entry = { content: string; mode?: '100644' | '120000' } | { blob: string } | null

/** A commit on top of base, of no branch. */
async function commit(files: Record<string, Entry>, message = 'x'): Promise<string> {
  const tree = Object.entries(files).map(([path, entry]) => ({
    ...{ path, type: 'blob' as const, mode: entry && 'mode' in entry && entry.mode ? entry.mode : ('100644' as const) },
    ...(entry && 'content' in entry ? { content: entry.content } : { sha: entry?.blob ?? null }),
  }))
  const { data } = await github.rest.git.createTree({ ...at, base_tree: base, tree })
  const { data: made } = await github.rest.git.createCommit({ ...at, message, tree: data.sha, parents: [base] })
  return made.sha
}

async function changes(files: Record<string, Entry>): Promise<GitHubChanges> {
  return githubChanges(github, repo, policy, base, await commit(files))
}

const kindsOf = (change: GitHubChanges): string[] => classifyChange(change, context).kinds

test("contents are read where they play a part, with the release's own Chart.yaml for the owners of values", async () => {
  const change = await changes({
    'config/primary.yaml': { content: 'front: { frobnicate: 2 }\n' },
    'docs/index.md': { content: 'y\n' },
  })
  expect(change.files.map(({ path, after }) => [path, after.state])).toEqual([
    ['config/primary.yaml', 'text'],
    ['docs/index.md', 'unread'],
  ])
  expect(kindsOf(change)).toEqual(['ingress', 'docs'])
})

test('a file that GitHub cuts off is read whole', async () => {
  const change = await changes({ 'config/large.yaml': { content: `${long}web: { replicas: 2 }\n` } })
  expect(classifyChange(change, context).findings).toMatchObject([{ kind: 'capacity', tier: 'T1' }])
})

test('what is encrypted is not taken for text, and only the policy says that it is harmless', async () => {
  const { data } = await github.rest.git.createBlob({
    ...at,
    content: Buffer.from('\0GITCRYPT\0two').toString('base64'),
    encoding: 'base64',
  })
  expect(kindsOf(await changes({ 'secrets/bans.txt': { blob: data.sha } }))).toEqual(['content'])
  expect(kindsOf(await changes({ 'secrets/config/primary.yaml': { blob: data.sha } }))).toEqual(['credentials'])
  expect(kindsOf(await changes({ 'config/primary.yaml': { blob: data.sha } }))).toEqual(['unknown'])
})

test('a file that becomes a link is not known', async () => {
  expect(kindsOf(await changes({ 'docs/index.md': { content: '../config', mode: '120000' } }))).toEqual(['unknown'])
})

test('a file that moves counts on both sides', async () => {
  const change = await changes({
    'config/primary.yaml': null,
    'docs/primary.md': { content: 'front: { frobnicate: 1 }\n' },
  })
  expect(change.files.map(({ path }) => path)).toEqual(['config/primary.yaml', 'docs/primary.md'])
  expect(kindsOf(change)).toEqual(['kubernetes', 'docs'])
})

test('where GitHub cuts a tree off it says so, and the digest is of that commit alone', async () => {
  const edit = { 'config/primary.yaml': { content: 'front: { frobnicate: 2 }\n' } }
  const [one, same] = [await commit(edit), await commit(edit, 'the same once more')]
  const cut = getOctokit(emulator.createUser('rob').token, { baseUrl: emulator.url })
  cut.hook.after('request', ({ data }, { url }) => {
    if (url.includes('/git/trees/')) data.truncated = true
  })
  const [first, second] = [
    await githubChanges(cut, repo, policy, base, one),
    await githubChanges(cut, repo, policy, base, same),
  ]
  expect([first.complete, first.files.map(({ path }) => path)]).toEqual([false, ['config/primary.yaml']])
  expect(kindsOf(first)).toContain('unknown')
  expect(second.files).toEqual(first.files)
  expect(second.digest).not.toBe(first.digest)
})

test('the digest is of the change alone: the same on another base, another one with any effect', async () => {
  const edit = { 'config/primary.yaml': { content: 'front: { frobnicate: 2 }\n' } }
  const { digest } = await changes(edit)
  const other = await commit({ 'other.txt': { content: 'x' } })
  const both = await commit({ ...edit, 'other.txt': { content: 'x' } })
  expect((await githubChanges(github, repo, policy, other, both)).digest).toBe(digest)
  expect((await changes({ ...edit, 'docs/index.md': { content: 'y' } })).digest).not.toBe(digest)
  expect((await changes({ 'config/primary.yaml': { content: 'front: { frobnicate: 3 }\n' } })).digest).not.toBe(digest)
})
