import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cacheDir, cachedFolder } from '../../../../rehearsal/tools/cache.js'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lockstep-test-'))
})
afterEach(() => rm(root, { recursive: true }))

const filling = (text: string) => (dir: string) => writeFile(join(dir, 'file'), text)

test('a folder is filled once', async () => {
  const first = await cachedFolder(root, 'tool-1', filling('first'))
  const second = await cachedFolder(root, 'tool-1', filling('second'))
  expect(second).toBe(first)
  expect(await readFile(join(second, 'file'), 'utf8')).toBe('first')
})

test('a folder that could not be filled is not there afterwards', async () => {
  const failing = async (dir: string): Promise<void> => {
    await writeFile(join(dir, 'half'), '')
    throw new Error('no network')
  }
  await expect(cachedFolder(root, 'tool-1', failing)).rejects.toThrow('no network')
  expect(await readdir(root)).toEqual([])
})

test('what a killed run began is removed, what a live one works on is not', async () => {
  const [dead, live] = ['.partial-4194999-tool-1', `.partial-${process.ppid}-tool-2`]
  await mkdir(join(root, dead))
  await mkdir(join(root, live))
  await cachedFolder(root, 'tool-3', filling('x'))
  expect((await readdir(root)).toSorted()).toEqual([live, 'tool-3'])
})

test('when another run was quicker, its folder is taken', async () => {
  const dir = await cachedFolder(root, 'tool-1', async (partial) => {
    await mkdir(join(root, 'tool-1'))
    await writeFile(join(root, 'tool-1', 'file'), 'the other run')
    await writeFile(join(partial, 'file'), 'this run')
  })
  expect(await readFile(join(dir, 'file'), 'utf8')).toBe('the other run')
  expect(await readdir(root)).toEqual(['tool-1'])
})

test('the cache is in the folder that XDG names, else in the home', () => {
  expect(cacheDir({ XDG_CACHE_HOME: '/somewhere' })).toBe('/somewhere/lockstep')
  expect(cacheDir({})).toMatch(/\/\.cache\/lockstep$/)
})
