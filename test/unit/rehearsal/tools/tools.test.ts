import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isStatic, onPath } from '../../../../rehearsal/tools/find.js'
import { goMod, kubernetesVersion } from '../../../../rehearsal/tools/kubernetes.js'
import { showProgress } from '../../../../rehearsal/tools/progress.js'

test("the relative parts of Kubernetes' go.mod become published versions, other replacements do not come along", () => {
  const text = goMod(`module k8s.io/kubernetes
replace (
	k8s.io/api => ./staging/src/k8s.io/api
	k8s.io/client-go => ./staging/src/k8s.io/client-go
	example.com/other => example.com/fork v1.0.0
)
`)
  const version = `v0.${kubernetesVersion.slice(2)}`
  expect(text.match(/^replace .*$/gm)).toEqual([
    `replace k8s.io/api => k8s.io/api ${version}`,
    `replace k8s.io/client-go => k8s.io/client-go ${version}`,
  ])
  expect(text).toContain(`require k8s.io/kubernetes v${kubernetesVersion}`)
})

test('a program is found on PATH by its absolute path', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'lockstep-test-'))
  await writeFile(join(dir, 'some-tool'), '', { mode: 0o755 })
  await writeFile(join(dir, 'some-text'), '', { mode: 0o644 })
  expect(await onPath('some-tool', `/nowhere:${dir}`)).toBe(join(dir, 'some-tool'))
  expect(await onPath('some-text', dir)).toBeUndefined()
  expect(await onPath('no-such-tool', dir)).toBeUndefined()
  await rm(dir, { recursive: true })
})

/** The first bytes of an x86-64 program with one program header of the given type. */
function elf(type: number): Buffer {
  const bytes = Buffer.alloc(4096)
  bytes.write('\x7fELF', 'latin1')
  bytes.writeBigUInt64LE(64n, 0x20)
  bytes.writeUInt16LE(56, 0x36)
  bytes.writeUInt16LE(1, 0x38)
  bytes.writeUInt32LE(type, 64)
  return bytes
}

test.each([
  ['a program that loads nothing', elf(1), true],
  ['a program with an interpreter for shared libraries', elf(3), false],
  ['a script', Buffer.from('#!/bin/sh\n'), false],
])('%s: static is %3$s', async (_, bytes, expected) => {
  const dir = await mkdtemp(join(tmpdir(), 'lockstep-test-'))
  const file = join(dir, 'program')
  await writeFile(file, bytes)
  expect(await isStatic(file)).toBe(expected)
  await rm(dir, { recursive: true })
})

test('progress shows a share where a count is known', () => {
  expect(showProgress({ tool: 'act', doing: 'fetching' })).toBe('… act          fetching')
  expect(showProgress({ tool: 'act', doing: 'compiling x', done: 1, total: 3 })).toBe(
    '… act           33 % compiling x',
  )
  expect(showProgress({ tool: 'act', doing: 'ready', finished: true })).toBe('✓ act          ready')
})
