import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { makeTenant, removeTenant } from '../../rehearsal/cluster/tenant.js'
import { parseVerified } from '../../shared/records/verified.js'
import { type DeployRepo, deploy, startDeployRepo } from '../fixtures/deploy-repo.js'
import { pushImage, sleepingChart } from '../fixtures/deploy-site.js'
import {
  type NamespaceCluster,
  programsFor,
  publicEntry,
  startNamespaceCluster,
  theCluster,
} from '../fixtures/namespace-cluster.js'
import { type Started, startAction } from '../fixtures/start-action.js'

const tools = inject('tools')
const image = `${inject('registry')}/sleep:1`
const chart = () => sleepingChart(image)

beforeAll(() => pushImage(image))

interface Site extends NamespaceCluster {
  deployRepo: DeployRepo
  entry: Awaited<ReturnType<typeof publicEntry>>
  /** What somebody once installed by hand. */
  commit: string
  deploy(commit?: string, kubeconfig?: string): Promise<Started>
  adopt(): Promise<Started>
  /** A new commit with other values for staging; returns it. */
  values(text: string): Promise<string>
}

/** Staging as somebody once installed it by hand, with Helm `major`. */
async function startSite(major: 3 | 4): Promise<Site> {
  const entry = await publicEntry()
  const deployRepo = await startDeployRepo(chart, {
    timeout: '10s',
    files: { 'config/staging.yaml': `host: ${entry.host}\n` },
  })
  const commit = await deployRepo.head()
  const path = await programsFor(deployRepo.dir, major)
  const place = await startNamespaceCluster(deployRepo, { name: 'staging', major, path, verified: commit })
  await place.upgrade(commit)
  entry.body = JSON.stringify({ hub: deployRepo.versions[0] })
  return {
    ...place,
    ...{ deployRepo, entry, commit },
    async deploy(wanted = commit, kubeconfig = place.kubeconfig) {
      const start = await place.starts.deploy(wanted, '100', kubeconfig)
      const started = await startAction('helm-deploy', start)
      expect(await readdir(start.env?.RUNNER_TEMP ?? ''), 'no credentials and no chart are left behind').toEqual([])
      expect(shown(started.log)).not.toContain(tokenOf(kubeconfig))
      return started
    },
    adopt: async () => startAction('helm-deploy', await place.starts.adopt(commit)),
    values: (text) => deployRepo.push({ 'config/staging.yaml': `host: ${entry.host}\n${text}` }),
    async [Symbol.asyncDispose]() {
      await place[Symbol.asyncDispose]()
      await deployRepo[Symbol.asyncDispose]()
      entry.close()
    },
  }
}

/** What the runner shows: commands that mask something are not shown. */
const shown = (log: string): string => log.replace(/^::add-mask::.*$/gm, '')

const tokenOf = (kubeconfig: string): string => /token: [>|-]*\s*"?([^"\s]+)/.exec(kubeconfig)?.[1] ?? 'no token found'

const verified = async (site: Site): Promise<ReturnType<typeof parseVerified>> =>
  parseVerified(await site.tool.get('configmap', 'lockstep-meta'))

async function adopted(site: Site): Promise<void> {
  const { result } = await site.adopt()
  expect(result).toMatchObject({ decision: 'adopted', releases: [{ revision: 1 }] })
  const smoke = await startAction('smoke-test', await site.starts.smoke(result))
  expect(smoke.result).toMatchObject({ decision: 'verified', verdict: 'pass' })
  const record = await startAction('helm-deploy', await site.starts.record(result, smoke.result))
  expect(record.result.decision).toBe('recorded')
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
    expect(await verified(site)).toMatchObject({
      cluster: 'staging',
      revision: 1,
      commit: site.commit,
      components: { hub: site.deployRepo.versions[0] },
    })
  })

  test('what is there already is left alone', async () => {
    expect(await site.deploy()).toMatchObject({
      code: 0,
      outputs: { changed: 'false' },
      result: { decision: 'unchanged', releases: [{ revision: 1 }] },
    })
  })

  test('a change is deployed, and says so in the release', async () => {
    const commit = await site.values('hub: { greeting: changed }\n')
    const { code, result, outputs, log } = await site.deploy(commit)

    expect({ code, log: code === 0 ? '' : log }).toEqual({ code: 0, log: '' })
    expect(result).toMatchObject({
      decision: 'deployed',
      commit,
      releases: [{ revision: 2, components: { hub: site.deployRepo.versions[0] } }],
    })
    expect(outputs).toMatchObject({ changed: 'true' })
    expect(await site.helm('history', 'meta')).toContain(`lockstep ${commit} run 100/1`)

    const smoke = await startAction('smoke-test', await site.starts.smoke(result))
    expect(smoke.result).toMatchObject({ decision: 'verified', releases: [{ revision: 2 }] })
    expect(await verified(site)).toMatchObject({ revision: 2, commit })
  })

  test('an older commit does not overwrite a newer one', async () => {
    expect((await site.deploy()).result).toMatchObject({ decision: 'refused', reason: 'outdated-commit' })
  })

  test('the smoke test against the old version writes nothing', async () => {
    const before = await verified(site)
    const commit = await site.values('hub: { greeting: again }\n')
    const { result } = await site.deploy(commit)
    site.entry.body = JSON.stringify({ hub: 'something-else' })
    const smoke = await startAction('smoke-test', await site.starts.smoke(result, '1s'))
    site.entry.body = JSON.stringify({ hub: site.deployRepo.versions[0] })

    expect(smoke).toMatchObject({
      code: 1,
      result: { decision: 'not-verified', reason: 'smoke-failed', verdict: 'fail' },
    })
    expect(await verified(site)).toEqual(before)
  })

  test('a kubeconfig for another cluster is refused', async () => {
    const other = await makeTenant(theCluster(), 'other')
    const { result } = await site.deploy(await site.values('hub: { greeting: wrong }\n'), other)
    await removeTenant(theCluster(), 'other')
    expect(result).toMatchObject({ decision: 'refused', reason: 'cluster-identity-mismatch' })
  })

  test('a cluster that does not answer is said to be so, without its address', async () => {
    const kubeconfig = site.kubeconfig.replace(inject('apiServer'), 'https://127.0.0.1:1')
    const { result, log } = await site.deploy(await site.deployRepo.head(), kubeconfig)
    expect(result).toMatchObject({ decision: 'refused', reason: 'cluster-unreachable' })
    expect(shown(log)).not.toContain('127.0.0.1:1')
  })
})

test('a gated bump is planned in waves; what is encrypted has its stand-in, and the workspace stays clean', async () => {
  await using deployRepo = await startDeployRepo(chart, { files: { 'config/common.yaml': '\0GITCRYPT\0...' } })
  const verified = await deployRepo.verified()
  const pr = await deployRepo.open(await deployRepo.bump(deployRepo.versions[1] ?? ''))
  await deployRepo.check(pr)
  const merged = await deployRepo.merge(pr)
  // As actions/checkout leaves it: what is verified is not in it, and has to be fetched.
  const workspace = join(deployRepo.dir, 'workspace')
  const origin = pathToFileURL(deployRepo.github.repository(deploy).gitDir).href
  await execa('git', ['clone', '--quiet', '--depth=1', origin, workspace])
  const path = join(deployRepo.dir, 'path')
  await mkdir(path)
  await symlink(process.execPath, join(path, 'node'))
  await symlink(tools.helm4, join(path, 'helm'))
  await symlink((await execa('which', ['git'])).stdout, join(path, 'git'))
  const plan = (): Promise<Started> =>
    startAction('helm-deploy', {
      inputs: { mode: 'plan', token: deployRepo.tokens.job },
      env: deployRepo.env(merged, workspace, { PATH: path, HOME: deployRepo.dir }),
    })

  const { code, outputs, result, log, summary } = await plan()
  expect({ code, log: code === 0 ? '' : log }).toEqual({ code: 0, log: '' })
  expect(result).toMatchObject({ decision: 'planned', reason: 'ok', commit: merged })
  expect(outputs).toMatchObject({
    staging: '["staging"]',
    canary: '[]',
    primary: '["primary"]',
    rest: '[]',
    changed: 'true',
    // This chart renders the same in both versions.
    affected: '[]',
  })
  expect(JSON.parse(outputs.facts ?? '').clusters).toMatchObject(
    ['staging', 'primary'].map((cluster) => ({
      ...{ cluster, base: verified, affected: false, cause: 'same-result', files: ['meta/Chart.yaml'] },
    })),
  )
  expect(JSON.parse(outputs.plan ?? '')).toEqual({
    schema: 1,
    run: '100/1',
    commit: merged,
    clusters: ['staging', 'primary'].map((name) => ({ name, from: verified })),
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
  const workspace = await site.deployRepo.checkout(site.commit)
  await site.helm('dependency', 'update', join(workspace, 'meta'))
  return [join(workspace, 'meta')]
}

async function valuesOf(site: Site): Promise<string[]> {
  const workspace = await site.deployRepo.checkout(site.commit)
  return ['config/common.yaml', 'config/staging.yaml'].flatMap((name) => ['--values', join(workspace, name)])
}
