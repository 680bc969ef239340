import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { slimActions } from '../../../../rehearsal/runner/actions.js'

async function write(root: string, paths: string[]): Promise<string> {
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), path)
  }
  return root
}

test('of a project with sources act gets what a step runs; of an action alone everything', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'actions-'))
  try {
    const run = ['actions/one/action.yml', 'dist/index.js', 'dist/one.js']
    const sources = [
      'actions/one/run.ts',
      'actions/one/README.md',
      'shared/policy.ts',
      'node_modules/zod/index.js',
      '.env',
    ]
    const project = await write(join(dir, 'project'), [...run, ...sources])
    const alone = await write(join(dir, 'alone'), ['action.yml', 'run.ts'])

    const { 'a/project@v1': slim = '', 'a/alone@v1': same } = await slimActions(
      { 'a/project@v1': project, 'a/alone@v1': alone },
      join(dir, 'slim'),
    )

    expect(same).toBe(alone)
    const left = await readdir(slim, { recursive: true, withFileTypes: true })
    const files = left.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name).slice(slim.length + 1))
    expect(files.toSorted()).toEqual(run)
  } finally {
    await rm(dir, { recursive: true })
  }
})
