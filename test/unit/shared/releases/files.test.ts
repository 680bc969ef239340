import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockWith } from '../../../../shared/bump/lock.js'
import { workspaceAt } from '../../../../shared/foundation/workspace.js'
import { deployedRevision, helmVersion, upgradeArguments } from '../../../../shared/helm/helm.js'
import type { Policy, Release } from '../../../../shared/policy/policy.js'
import { buildChart } from '../../../../shared/releases/chart.js'
import { checkLock, componentVersions } from '../../../../shared/releases/components.js'
import { filesForDeploy, filesForPlan } from '../../../../shared/releases/values-files.js'

let root: string
const release: Release = {
  name: 'meta',
  chart: 'meta',
  releaseName: 'meta',
  namespace: '{cluster}',
  values: ['common/*.yaml', 'config/{cluster}.yaml', 'secret/{cluster}.yaml'],
  planValues: ['stand-in.yaml'],
  timeout: 61_500,
  crds: 'skip',
  migrationMarkers: [],
}
const names = (paths: string[]): string[] => paths.map((path) => relative(root, path))
const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), text)
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'lockstep-files-'))
  const files = {
    'common/b.yaml': '',
    'common/a.yaml': 'a: 1\n',
    'config/one.yaml': 'x: 1\n',
    'config/two.yaml': 'x: 2\n',
    'config/three.yaml': 'x: 3\n',
    'secret/one.yaml': 'plain: yes\n',
    'secret/two.yaml': '\0GITCRYPT\0abc',
    'secret/three.yaml': 'key: ENC[abc]\nsops:\n  version: 3\n',
    'stand-in.yaml': '{}\n',
    'meta/Chart.yaml':
      'name: meta\nversion: 1\ndependencies:\n- { name: hub, version: 1.2.3, repository: "https://charts.example/hub" }\n- { name: other, version: 2.0.0, repository: "https://other.example" }\n',
    'meta/values.yaml': 'image: registry.example/team/builder:2026.1\n',
  }
  for (const [path, text] of Object.entries(files)) await write(path, text)
})
afterAll(() => rm(root, { recursive: true, force: true }))

test('values files come in the order of the policy, globs by name', async () => {
  expect(names(await filesForDeploy(release, { name: 'one' } as never, workspaceAt(root)))).toEqual([
    'common/a.yaml',
    'common/b.yaml',
    'config/one.yaml',
    'secret/one.yaml',
  ])
})

test.each([
  ['git-crypt', 'two'],
  ['sops', 'three'],
])('a file that %s has encrypted stops a deploy; a plan goes on with the stand-in in its place', async (_, name) => {
  const cluster = { name } as never
  await expect(filesForDeploy(release, cluster, workspaceAt(root))).rejects.toMatchObject({
    reason: 'target-missing',
    message: `secret/${name}.yaml is still encrypted.`,
  })
  const { paths, encrypted } = await filesForPlan(release, cluster, workspaceAt(root))
  expect(names(paths).slice(-2)).toEqual([`config/${name}.yaml`, 'stand-in.yaml'])
  expect(encrypted).toEqual([`secret/${name}.yaml`])
})

test('a plain path that is not there is named', async () => {
  await expect(filesForDeploy(release, { name: 'four' } as never, workspaceAt(root))).rejects.toMatchObject({
    reason: 'target-missing',
    message: expect.stringContaining('config/four.yaml'),
  })
})

test('a path that leads out of the repository is refused', async () => {
  const out = { ...release, values: ['../other/values.yaml'] }
  await expect(filesForDeploy(out, { name: 'one' } as never, workspaceAt(root))).rejects.toMatchObject({
    reason: 'policy-invalid',
  })
})

test('Helm 3 and 4 are told apart, anything else is refused', async () => {
  const says = (stdout: string) => async () => ({ code: 0, stdout, stderr: '' })
  expect(await helmVersion(says('v3.17.3'))).toBe(3)
  expect(await helmVersion(says('v4.1.4\n'))).toBe(4)
  await expect(helmVersion(says('v2.16.0'))).rejects.toMatchObject({ reason: 'tool-missing' })
})

test('an upgrade never rolls back by itself, leaves CRDs alone, and waits in whole seconds, rounded up, for jobs as well', () => {
  const args = upgradeArguments({ ...release, release: 'r', chart: 'c', values: ['v'], description: 'd' })
  expect(args).toEqual(expect.arrayContaining(['--install', '--wait', '--wait-for-jobs', '62s', '--skip-crds']))
  expect(args.join(' ')).not.toMatch(/atomic|rollback/)
})

test.each([
  ['Release "r" has been upgraded.\nNAME: r\nSTATUS: deployed\nREVISION: 12\nTEST SUITE: None\n', 12],
  ['NAME: r\nSTATUS: deployed\nREVISION: 2\nNOTES:\nREVISION: 3\n', 2],
  ['NAME: r\nSTATUS: failed\nREVISION: 2\nNOTES:\nSTATUS: deployed\n', undefined],
  ['NOTES:\nSTATUS: deployed\nREVISION: 3\n', undefined],
  ['', undefined],
])('of what Helm prints only its own words count: %j', (said, revision) => {
  expect(deployedRevision(said)).toBe(revision)
})

test('a dependency that cannot be fetched is named with its file, and the workspace stays as it was', async () => {
  const temp = await mkdtemp(join(tmpdir(), 'lockstep-chart-'))
  const stderr = 'Error: looks like "https://charts.example/hub" is not a valid chart repository or cannot be reached\n'
  const build = buildChart(async () => ({ code: 1, stdout: '', stderr }), workspaceAt(root), 'meta', temp)

  await expect(build).rejects.toMatchObject({
    reason: 'registry-unreachable',
    message: expect.stringMatching(/^The dependency hub 1\.2\.3 of meta\/Chart\.yaml cannot be fetched/),
    at: { file: 'meta/Chart.yaml' },
  })
  expect((await workspaceAt(root).list()).filter((file) => file.startsWith('meta/'))).toEqual([
    'meta/Chart.yaml',
    'meta/values.yaml',
  ])
  await rm(temp, { recursive: true })
})

const policy = {
  components: [
    { name: 'hub', targets: [{ kind: 'chart', file: 'meta/Chart.yaml', dependency: 'hub' }] },
    { name: 'builder', targets: [{ kind: 'image', file: 'meta/values.yaml', path: ['image'] }] },
  ],
} as unknown as Policy

test('versions are read where the policy says, of an image the tag', async () => {
  expect(await componentVersions(policy, workspaceAt(root))).toEqual({ hub: '1.2.3', builder: '2026.1' })
})

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** A registry where every tag stands for the same manifest. */
const registry = (manifest: string, status = 200) => (async () => new Response(manifest, { status })) as typeof fetch

const pin = (versions: { hub?: [string, string]; builder?: [string, string] }) => {
  const entries = Object.entries(versions).map(([component, [version, digest]]) => ({
    component,
    version,
    sha256: digest,
  }))
  return write(
    '.github/deploy-lock.yml',
    entries.reduce<string | undefined>((text, entry) => lockWith(text, entry), undefined) ?? '',
  )
}

test('the fetched bytes must be those of the lock file, and tags must still stand for the same images', async () => {
  const copy = await mkdtemp(join(tmpdir(), 'lockstep-chart-'))
  await mkdir(join(copy, 'charts'))
  await writeFile(join(copy, 'charts/hub-1.2.3.tgz'), 'bytes')
  const hub: [string, string] = ['1.2.3', sha256('bytes')]
  const builder: [string, string] = ['2026.1', sha256('image')]
  const check = async (lock: Parameters<typeof pin>[0], http = registry('image')) => {
    await pin(lock)
    return checkLock(policy, workspaceAt(root), { release, chart: copy, http })
  }
  const mismatch = (message: string | RegExp) => ({
    reason: 'digest-mismatch',
    message: typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
  })

  await check({ hub, builder })
  await expect(check({ builder })).rejects.toMatchObject({
    ...mismatch('has no digest of hub 1.2.3'),
    // What a person has to write is there to be copied.
    fix: expect.stringContaining(`"hub":\n    version: "1.2.3"\n    sha256: "${hub[1]}"`),
  })
  await expect(check({ hub: ['1.2.2', hub[1]], builder })).rejects.toMatchObject(mismatch('version 1.2.2'))
  const other = '0'.repeat(64)
  await expect(check({ hub: ['1.2.3', other], builder })).rejects.toMatchObject(
    mismatch(new RegExp(`^hub .*${hub[1]}.*${other}`)),
  )
  await expect(check({ hub })).rejects.toMatchObject(mismatch('has no digest of builder 2026.1'))
  await expect(check({ hub, builder }, registry('moved'))).rejects.toMatchObject(
    mismatch(new RegExp(`^builder .*${sha256('moved')}.*${builder[1]}`)),
  )
  await expect(check({ hub, builder }, registry('', 404))).rejects.toMatchObject(mismatch('the tag was deleted'))
  await expect(check({ hub, builder }, registry('', 503))).rejects.toMatchObject({ reason: 'registry-unreachable' })
  await rm(copy, { recursive: true })
})

test('an image that is pinned by digest is held against the lock file without its registry', async () => {
  const digest = 'a'.repeat(64)
  const pinned = {
    components: [{ name: 'builder', targets: [{ kind: 'image', file: 'meta/pinned.yaml', path: ['image'] }] }],
  } as unknown as Policy
  const check = () => checkLock(pinned, workspaceAt(root), { release, chart: '', http: registry('', 503) })

  await write('meta/pinned.yaml', `image: quay.io/a/b:2026.1@sha256:${digest}\n`)
  await pin({ builder: ['2026.1', digest] })
  await check()
  await pin({ builder: ['2026.1', 'b'.repeat(64)] })
  await expect(check()).rejects.toMatchObject({ reason: 'digest-mismatch' })
})

test('the dependencies of a chart of Helm 2 are fetched as well', async () => {
  await write('old/Chart.yaml', 'apiVersion: v1\nname: old\nversion: 0.1.0\n')
  await write('old/requirements.yaml', 'dependencies:\n - name: hub\n   version: 0.2.0-5b3824d\n')
  const temp = await mkdtemp(join(tmpdir(), 'lockstep-chart-'))
  const calls: string[][] = []
  const exec = async (program: string, args: string[]) => {
    calls.push([program, ...args])
    return { code: 0, stdout: '', stderr: '' }
  }
  const copy = await buildChart(exec, workspaceAt(root), 'old', temp)
  expect(calls).toEqual([['helm', 'dependency', 'update', copy]])
  await rm(temp, { recursive: true })
})
