import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Cluster } from '../../rehearsal/cluster/cluster.js'
import { existingCluster } from '../../rehearsal/cluster/existing.js'
import { imageTar } from '../../rehearsal/cluster/image.js'
import { kubectl } from '../../rehearsal/cluster/kubectl.js'
import { removeTenant, tenant } from '../../rehearsal/cluster/tenant.js'
import { isolation } from '../../rehearsal/isolate/inside.js'
import type { Result } from '../../shared/action/result.js'
import { parseVerified } from '../../shared/records/verified.js'
import { type DeployWorld, deploy, startDeployWorld } from '../acceptance/deploy-world.js'
import { type Started, startAction } from '../acceptance/start-action.js'

const tools = inject('tools')
const registry = inject('registry')
const image = `${registry}/serve:1`
let cluster: Cluster
let served: { body: string; url: string; close(): void }

/** A chart whose values choose how its pod behaves. */
const chart = (): Record<string, string> => ({
  'values.yaml': `image: ${image}\ncommand: "sleep 3600"\nprobe: "true"\ngreeting: hello\n`,
  'templates/web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web }, annotations: { greeting: "{{ .Values.greeting }}" } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: web
          image: "{{ .Values.image }}"
          command: ["/bin/busybox", "sh", "-c", "{{ .Values.command }}"]
          readinessProbe: { exec: { command: ["/bin/busybox", "sh", "-c", "{{ .Values.probe }}"] }, periodSeconds: 1 }
`,
})

beforeAll(async () => {
  cluster = await existingCluster(inject('kubeconfig'), tools.kubectl)
  const file = join(isolation()?.dir ?? '', 'serve.tar')
  await writeFile(
    file,
    imageTar({ name: image, files: { '/bin/busybox': await readFile(tools.busybox) }, entrypoint: ['/bin/busybox'] }),
  )
  await execa(tools.crane, ['push', '--insecure', file, image])
  served = await serve()
})
afterAll(() => served.close())

/** What plays the cluster's public entry: `body` is what /versions answers. */
async function serve(): Promise<typeof served> {
  const server = createServer((request, response) => response.end(request.url === '/versions' ? state.body : 'ok'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const state = { body: '{}', url: `127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
  return state
}

interface Site extends AsyncDisposable {
  world: DeployWorld
  kubeconfig: string
  commit: string
  deploy(change?: { commit?: string; kubeconfig?: string }): Promise<Started>
  adopt(): Promise<Started>
  smoke(deployed: Result, deadline?: string): Promise<Started>
  record(deployed: Result, smoke: Result): Promise<Started>
  /** A new commit with other values for staging; returns it. */
  values(text: string): Promise<string>
  helm(...args: string[]): Promise<string>
}

/** Staging as somebody once installed it by hand, with Helm `major`. */
async function startSite(major: 3 | 4): Promise<Site> {
  const world = await startDeployWorld(chart, {
    timeout: '10s',
    files: { 'config/staging.yaml': `host: ${served.url}\n` },
  })
  const path = join(world.dir, 'path')
  await mkdir(path)
  await symlink(process.execPath, join(path, 'node'))
  await symlink(major === 3 ? tools.helm3 : tools.helm4, join(path, 'helm'))
  await symlink(tools.kubectl, join(path, 'kubectl'))
  const kubeconfig = await tenant(cluster, 'staging')
  const file = join(world.dir, 'kubeconfig')
  await writeFile(file, kubeconfig, { mode: 0o600 })
  const temp = join(world.dir, 'temp')
  await mkdir(temp)
  const environment = { PATH: path, HOME: world.dir, RUNNER_TEMP: temp }
  const helm = async (...args: string[]): Promise<string> =>
    (
      await execa(join(path, 'helm'), ['--namespace', 'staging', ...args], {
        env: { KUBECONFIG: file, HOME: world.dir },
      })
    ).stdout

  const site: Site = {
    world,
    kubeconfig,
    commit: await world.head(),
    async deploy({ commit = site.commit, kubeconfig: other = kubeconfig } = {}) {
      const plan = planOf(commit)
      const started = await startAction('helm-deploy', {
        inputs: { mode: 'deploy', cluster: 'staging', kubeconfig: other, token: world.tokens.job, plan },
        env: world.env(commit, await world.checkout(commit), environment),
      })
      expect(await readdir(temp), 'no credentials and no chart are left behind').toEqual([])
      expect(shown(started.log)).not.toContain(tokenOf(kubeconfig))
      return started
    },
    adopt: async () =>
      startAction('helm-deploy', {
        inputs: { mode: 'adopt', cluster: 'staging', kubeconfig, token: world.tokens.job, plan: planOf(site.commit) },
        env: world.env(site.commit, await world.checkout(site.commit), environment),
      }),
    smoke: async (deployed, deadline = '20s') =>
      startAction('smoke-test', {
        inputs: { cluster: 'staging', kubeconfig, deployed: JSON.stringify(deployed), deadline },
        env: world.env(deployed.commit, await world.checkout(deployed.commit), environment),
      }),
    record: async (deployed, smoke) =>
      startAction('helm-deploy', {
        inputs: {
          mode: 'record',
          cluster: 'staging',
          token: world.tokens.gate,
          result: JSON.stringify(deployed),
          'smoke-result': JSON.stringify(smoke),
        },
        env: world.env(deployed.commit, await world.checkout(deployed.commit), environment),
      }),
    values: (text) => world.push({ 'config/staging.yaml': `host: ${served.url}\n${text}` }),
    helm,
    async [Symbol.asyncDispose]() {
      await removeTenant(cluster, 'staging')
      await world[Symbol.asyncDispose]()
    },
  }
  const workspace = await world.checkout(site.commit)
  await helm('dependency', 'update', join(workspace, 'meta'))
  const values = ['config/common.yaml', 'config/staging.yaml'].flatMap((name) => ['--values', join(workspace, name)])
  await helm('upgrade', '--install', 'meta', join(workspace, 'meta'), ...values, '--wait', '--timeout', '60s')
  served.body = JSON.stringify({ hub: world.versions[0] })
  return site
}

/** What the jobs before hand over. */
const planOf = (commit: string): string =>
  JSON.stringify({ schema: 1, run: '100/1', commit, clusters: [{ name: 'staging', from: commit }] })

/** What the runner shows: commands that mask something are not shown. */
const shown = (log: string): string => log.replace(/^::add-mask::.*$/gm, '')

const tokenOf = (kubeconfig: string): string => /token: [>|-]*\s*"?([^"\s]+)/.exec(kubeconfig)?.[1] ?? 'no token found'

const verified = async (): Promise<ReturnType<typeof parseVerified>> =>
  parseVerified(
    JSON.parse(
      await kubectl(tools.kubectl, cluster.kubeconfig, [
        '--namespace',
        'staging',
        'get',
        'configmap',
        'lockstep-meta',
        '-o',
        'json',
      ]),
    ),
  )

async function adopted(site: Site): Promise<void> {
  const { result } = await site.adopt()
  expect(result).toMatchObject({ decision: 'adopted', revision: 1 })
  const smoke = await site.smoke(result)
  expect(smoke.result).toMatchObject({ decision: 'verified', verdict: 'pass' })
  expect((await site.record(result, smoke.result)).result.decision).toBe('recorded')
}

describe.each([3, 4] as const)('with Helm %i', (major) => {
  let site: Site
  beforeAll(async () => {
    site = await startSite(major)
  })
  afterAll(() => site[Symbol.asyncDispose]())

  test('what was never adopted is not deployed to', async () => {
    expect((await site.deploy()).result).toMatchObject({ decision: 'refused', reason: 'not-adopted' })
  })

  test('a release that differs from the files is not adopted', async () => {
    await site.helm('upgrade', 'meta', '--reuse-values', '--set', 'hub.greeting=other', ...(await chartOf(site)))
    const { result } = await site.adopt()
    expect(result).toMatchObject({
      decision: 'refused',
      reason: 'not-adopted',
      message: expect.stringContaining('"hub"'),
    })
    await site.helm('rollback', 'meta', '1')
    await site.helm('uninstall', 'meta')
    await site.helm(
      'install',
      'meta',
      ...(await chartOf(site)),
      ...(await valuesOf(site)),
      '--wait',
      '--timeout',
      '60s',
    )
  })

  test('a release installed by hand is adopted, smoke tested, and remembered', async () => {
    await adopted(site)
    expect(await verified()).toMatchObject({
      cluster: 'staging',
      revision: 1,
      commit: site.commit,
      components: { hub: site.world.versions[0] },
    })
  })

  test('what is there already is left alone', async () => {
    expect(await site.deploy()).toMatchObject({
      code: 0,
      outputs: { changed: 'false' },
      result: { decision: 'unchanged', revision: 1 },
    })
  })

  test('a change is deployed, and says so in the release', async () => {
    const commit = await site.values('hub: { greeting: changed }\n')
    const { code, result, outputs, log } = await site.deploy({ commit })

    expect({ code, log: code === 0 ? '' : log }).toEqual({ code: 0, log: '' })
    expect(result).toMatchObject({
      decision: 'deployed',
      revision: 2,
      commit,
      deployment: { components: { hub: site.world.versions[0] } },
    })
    expect(outputs).toMatchObject({ changed: 'true', revision: '2' })
    expect(await site.helm('history', 'meta')).toContain(`lockstep ${commit} run 100/1`)

    const smoke = await site.smoke(result)
    expect(smoke.result).toMatchObject({ decision: 'verified', revision: 2 })
    expect(await verified()).toMatchObject({ revision: 2, commit })
  })

  test('an older commit does not overwrite a newer one', async () => {
    expect((await site.deploy()).result).toMatchObject({ decision: 'refused', reason: 'older-than-deployed' })
  })

  test('the smoke test against the old version writes nothing', async () => {
    const before = await verified()
    const commit = await site.values('hub: { greeting: again }\n')
    const { result } = await site.deploy({ commit })
    served.body = JSON.stringify({ hub: 'something-else' })
    const smoke = await site.smoke(result, '1s')
    served.body = JSON.stringify({ hub: site.world.versions[0] })

    expect(smoke).toMatchObject({
      code: 1,
      result: { decision: 'not-verified', reason: 'smoke-failed', verdict: 'fail' },
    })
    expect(await verified()).toEqual(before)
  })

  test.each([
    [
      'an image that is not there',
      `hub: { image: "${registry}/missing:1" }`,
      /pod web-\S+: cannot pull the image \S+missing:1/,
    ],
    [
      'a program that ends',
      'hub: { command: "echo the database is gone; exit 3" }',
      /container web crashed with exit code 3/,
    ],
    ['a probe that fails', 'hub: { probe: "echo not yet; exit 1" }', /runs, but is not ready: Readiness probe failed/],
  ])('says what was the cause: %s', async (_, values, cause) => {
    const { code, result, log, summary } = await site.deploy({ commit: await site.values(`${values}\n`) })

    expect(code).toBe(1)
    expect(result).toMatchObject({ decision: 'failed', reason: 'unhealthy', message: expect.stringMatching(cause) })
    expect(log).toMatch(/Deployment web: 0 of 1 ready/)
    expect(summary).toContain('Deployment web')
    expect(JSON.parse(await site.helm('history', 'meta', '--max', '1', '-o', 'json'))[0].status).toBe('failed')
    if (/crashed/.test(result.message)) expect(JSON.stringify(result.evidence)).toContain('the database is gone')
  })

  test('what the API server refuses is not applied, and the field is named', async () => {
    const { result } = await site.deploy({ commit: await site.values('hub: { image: "" }\n') })
    expect(result).toMatchObject({
      decision: 'failed',
      reason: 'not-applied',
      message: expect.stringContaining('image'),
    })
  })

  test('a kubeconfig for another cluster is refused', async () => {
    const other = await tenant(cluster, 'other')
    const { result } = await site.deploy({ commit: await site.values('hub: { greeting: wrong }\n'), kubeconfig: other })
    await removeTenant(cluster, 'other')
    expect(result).toMatchObject({ decision: 'refused', reason: 'wrong-cluster' })
  })

  test('a cluster that does not answer is said to be so, without its address', async () => {
    const kubeconfig = site.kubeconfig.replace(inject('apiServer'), 'https://127.0.0.1:1')
    const { result, log } = await site.deploy({ commit: await site.world.head(), kubeconfig })
    expect(result).toMatchObject({ decision: 'refused', reason: 'cluster-unreachable' })
    expect(shown(log)).not.toContain('127.0.0.1:1')
  })
})

test('a gated bump is planned in waves; what is encrypted has its stand-in, and the workspace stays clean', async () => {
  await using world = await startDeployWorld(chart, { files: { 'config/common.yaml': '\0GITCRYPT\0...' } })
  const verified = await world.verified()
  const pr = await world.open(await world.bump(world.versions[1] ?? ''))
  await world.check(pr)
  const merged = await world.merge(pr)
  // As actions/checkout leaves it: what is verified is not in it, and has to be fetched.
  const workspace = join(world.dir, 'workspace')
  const origin = pathToFileURL(world.github.repository(deploy).gitDir).href
  await execa('git', ['clone', '--quiet', '--depth=1', origin, workspace])
  const path = join(world.dir, 'path')
  await mkdir(path)
  await symlink(process.execPath, join(path, 'node'))
  await symlink(tools.helm4, join(path, 'helm'))
  await symlink((await execa('which', ['git'])).stdout, join(path, 'git'))
  const plan = (): Promise<Started> =>
    startAction('helm-deploy', {
      inputs: { mode: 'plan', token: world.tokens.job },
      env: world.env(merged, workspace, { PATH: path, HOME: world.dir }),
    })

  const { code, outputs, result, log, summary } = await plan()
  expect({ code, log: code === 0 ? '' : log }).toEqual({ code: 0, log: '' })
  expect(result).toMatchObject({ decision: 'planned', reason: 'ok', commit: merged })
  expect(outputs).toMatchObject({
    staging: '["staging"]',
    canary: '[]',
    prime: '["prime"]',
    rest: '[]',
    changed: 'true',
    // This chart renders the same in both versions.
    affected: '[]',
  })
  expect(JSON.parse(outputs.facts ?? '').clusters).toMatchObject(
    ['staging', 'prime'].map((cluster) => ({
      ...{ cluster, base: verified, affected: false, cause: 'same-result', files: ['meta/Chart.yaml'] },
    })),
  )
  expect(JSON.parse(outputs.plan ?? '')).toEqual({
    schema: 1,
    run: '100/1',
    commit: merged,
    clusters: ['staging', 'prime'].map((name) => ({ name, from: verified })),
  })
  expect(summary).toContain(`/pull/${pr.number})`)
  expect(log).toContain('config/common.yaml')
  expect((await execa('git', ['status', '--porcelain'], { cwd: workspace })).stdout).toBe('')

  const lock = join(workspace, '.github/deploy-lock.yml')
  await writeFile(
    lock,
    (await readFile(lock, 'utf8')).replace(/sha256: "(.)/, (_, first) => `sha256: "${first === '0' ? 1 : 0}`),
  )
  expect((await plan()).result).toMatchObject({ decision: 'refused', reason: 'digest-mismatch' })
})

async function chartOf(site: Site): Promise<string[]> {
  const workspace = await site.world.checkout(site.commit)
  await site.helm('dependency', 'update', join(workspace, 'meta'))
  return [join(workspace, 'meta')]
}

async function valuesOf(site: Site): Promise<string[]> {
  const workspace = await site.world.checkout(site.commit)
  return ['config/common.yaml', 'config/staging.yaml'].flatMap((name) => ['--values', join(workspace, name)])
}
