import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { GitError, gitBytes, gitText, readRef } from '../../../../rehearsal/github/git.js'

let dir: string
let sha: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'git-'))
  execFileSync('git', ['init', '--quiet', '--bare', dir])
  sha = await gitText(dir, ['hash-object', '-w', '--stdin'], { input: 'a file' })
})
afterAll(() => rm(dir, { recursive: true }))

test('a ref is read from its file, and from the packed ones, where the newer one is its file', async () => {
  const other = await gitText(dir, ['hash-object', '-w', '--stdin'], { input: 'another file' })
  await gitText(dir, ['update-ref', 'refs/tags/v1', sha])
  expect(readRef(dir, 'refs/tags/v1')).toBe(sha)

  await gitText(dir, ['pack-refs', '--all'])
  expect(readRef(dir, 'refs/tags/v1')).toBe(sha)
  await gitText(dir, ['update-ref', 'refs/tags/v1', other])
  expect(readRef(dir, 'refs/tags/v1')).toBe(other)
})

test.each(['refs/tags/none', 'refs/tags', 'HEAD', 'refs/../HEAD', ''])('%j is no ref', (ref) => {
  expect(readRef(dir, ref)).toBeUndefined()
})

test('git gets bytes and gives bytes, whatever they are, and as many as there are', async () => {
  const input = Uint8Array.from({ length: 3_000_000 }, (_, at) => at * 7)
  const written = await gitText(dir, ['hash-object', '-w', '--stdin'], { input })
  expect(Buffer.compare(await gitBytes(dir, ['cat-file', 'blob', written]), input)).toBe(0)
})

test('what git refuses is an error with its words and its code', async () => {
  const failed = gitText(dir, ['cat-file', 'blob', '0'.repeat(40)])
  await expect(failed).rejects.toThrow(GitError)
  await expect(failed).rejects.toMatchObject({ exitCode: 128, stderr: expect.stringContaining('bad file') })
})
