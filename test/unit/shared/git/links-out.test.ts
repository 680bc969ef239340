import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { refuseLinksOut } from '../../../../shared/git/links-out.js'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lockstep-links-'))
  await mkdir(join(root, 'chart', 'node_modules'), { recursive: true })
  await writeFile(join(root, 'values.yaml'), 'a: 1\n')
})
afterEach(() => rm(root, { recursive: true, force: true }))

test('links inside of the repository, and those that lead nowhere, are let be', async () => {
  await symlink('../values.yaml', join(root, 'chart', 'values.yaml'))
  await symlink('gone', join(root, 'dangling'))
  await expect(refuseLinksOut(root)).resolves.toBeUndefined()
})

test.each([
  ['an absolute one', 'chart/environ', '/proc/self/environ'],
  ['a relative one', 'chart/up', '../..'],
  ['one in a folder that is usually left out', 'chart/node_modules/host', '/etc/hostname'],
])('%s that leads out is refused', async (_, path, target) => {
  await symlink(target, join(root, path))
  await expect(refuseLinksOut(root)).rejects.toThrow(`${path} links to something outside`)
})

test('one that leads out by another link is refused', async () => {
  await symlink('/etc', join(root, 'first'))
  await symlink('first/hostname', join(root, 'second'))
  await expect(refuseLinksOut(root)).rejects.toThrow('outside')
})
