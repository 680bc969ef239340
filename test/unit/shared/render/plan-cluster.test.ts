import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Exec } from '../../../../shared/exec/exec.js'
import { workspaceAt } from '../../../../shared/foundation/workspace.js'
import type { Cluster, Release } from '../../../../shared/policy/policy.js'
import { clusterPlanSchema } from '../../../../shared/render/cluster-plan.js'
import { planCluster } from '../../../../shared/render/plan-cluster.js'
import { sideAt } from '../../../../shared/render/side.js'
import { objectOf, rendered } from '../../../fixtures/renderings.js'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lockstep-side-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const cluster: Cluster = { name: 'primary', wave: 'primary', optional: false, host: undefined }
const release: Release = {
  ...{
    name: 'meta',
    chart: 'meta',
    releaseName: 'meta',
    namespace: 'hub',
    timeout: 1000,
    crds: 'skip',
    migrationMarkers: [],
  },
  values: ['config/common.yaml', 'config/{cluster}.yaml'],
  planValues: ['config/stand-in.yaml'],
}
const usual = {
  'meta/Chart.yaml': 'name: meta\n',
  'meta/values.yaml': 'size: 1\n',
  'config/common.yaml': 'color: red\n',
  'config/primary.yaml': 'unused: true\n',
  'config/other.yaml': 'size: 3\n',
  'config/stand-in.yaml': 'password: none\n',
}

/** A Helm whose chart renders the words `color` and `size` of the values files, and fails where one says `broken`. */
const helm: Exec = async (_, args, options) => {
  const { readFile } = await import('node:fs/promises')
  const files = args.flatMap((arg, index) => (args[index - 1] === '--values' ? [arg] : []))
  const text = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n')
  if (text.includes('broken')) return { code: 1, stdout: '', stderr: 'Error: nil pointer' }
  const data = Object.fromEntries([...text.matchAll(/^(color|size): (\w+)$/gm)].map(([, key, value]) => [key, value]))
  options?.onBytes?.(rendered(objectOf('v1', 'ConfigMap', { data })))
  return { code: 0, stdout: '', stderr: '' }
}

async function sideOf(change: Record<string, string>) {
  const root = await mkdtemp(join(dir, 'files-'))
  for (const [path, text] of Object.entries({ ...usual, ...change })) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return sideAt(helm, workspaceAt(root), release, await mkdtemp(join(dir, 'temp-')))
}

async function planOf(before: Record<string, string>, after: Record<string, string>, target?: string) {
  const sides = { base: { commit: 'b'.repeat(40), side: await sideOf(before) }, head: await sideOf(after) }
  return clusterPlanSchema.parse(JSON.parse(JSON.stringify(await planCluster(sides, cluster, { exec: helm, target }))))
}

const encrypted = (word: string): Record<string, string> => ({ 'config/primary.yaml': `\0GITCRYPT\0${word}` })

test.each<[string, Record<string, string>, Record<string, string>, object]>([
  ['nothing', {}, {}, { affected: false, cause: 'same-inputs', files: [] }],
  [
    "another cluster's file",
    {},
    { 'config/other.yaml': 'size: 4\n' },
    { affected: false, cause: 'same-inputs', files: [] },
  ],
  [
    'a comment',
    {},
    { 'config/primary.yaml': '# why\nunused: true\n' },
    { affected: false, cause: 'same-result', files: ['config/primary.yaml'] },
  ],
  [
    'a value that nothing renders',
    {},
    { 'config/primary.yaml': 'unused: false\n' },
    { affected: true, cause: 'values', files: ['config/primary.yaml'] },
  ],
  [
    'a value that is rendered',
    {},
    { 'config/common.yaml': 'color: blue\n' },
    { affected: true, cause: 'rendering', files: ['config/common.yaml'], counts: { added: 0, changed: 1, removed: 0 } },
  ],
  [
    'a file of the chart without effect',
    {},
    { 'meta/NOTES.md': 'hello\n' },
    { affected: false, cause: 'same-result', files: ['meta/NOTES.md'] },
  ],
  [
    'an encrypted file',
    encrypted('a'),
    encrypted('b'),
    { affected: true, cause: 'encrypted', files: ['config/primary.yaml'] },
  ],
  ['nothing, with an encrypted file', encrypted('a'), encrypted('a'), { affected: false, cause: 'same-inputs' }],
])('the cluster is judged by what comes out: %s', async (_, before, after, expected) => {
  expect(await planOf(before, after)).toMatchObject(expected)
})

test('a base that cannot be rendered stops nobody: everything may change', async () => {
  const plan = await planOf({ 'config/primary.yaml': 'broken: 1\n' }, {})
  expect(plan).toMatchObject({ affected: true, cause: 'no-base', diffs: [] })
  expect(plan.notes.join()).toContain('nil pointer')
})

test('a head that cannot be rendered is refused, with what Helm said', async () => {
  await expect(planOf({}, { 'config/primary.yaml': 'broken: 1\n' })).rejects.toMatchObject({
    reason: 'target-missing',
    message: expect.stringMatching(/primary.*nil pointer/),
  })
})

test('a base whose commit is gone is told', async () => {
  const sides = { base: { commit: 'b'.repeat(40), side: { missing: 'no such commit' } }, head: await sideOf({}) }
  expect(await planCluster(sides, cluster, { exec: helm })).toMatchObject({ affected: true, cause: 'no-base' })
})
