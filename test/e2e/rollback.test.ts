import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import type { Result } from '../../shared/foundation/result.js'
import { readIdentity } from '../../shared/kube/identity.js'
import { lastSuccess, writeRecord } from '../../shared/records/deployments.js'
import { writeVerified } from '../../shared/records/verified.js'
import { type DeployRepo, deploy, startDeployRepo } from '../fixtures/deploy-repo.js'
import { pushImage, sleepingChart } from '../fixtures/deploy-site.js'
import {
  helmProgram,
  type NamespaceCluster,
  programsFor,
  publicEntry,
  startNamespaceCluster,
} from '../fixtures/namespace-cluster.js'
import { released } from '../fixtures/released.js'
import { type Start, type Started, startAction } from '../fixtures/start-action.js'

const slow = { timeout: 300_000 }
const names = ['staging', 'primary'] as const
type Name = (typeof names)[number]

describe.each([3, 4] as const)('two waves with Helm %i', (major) => {
  let deployRepo: DeployRepo
  let entry: Awaited<ReturnType<typeof publicEntry>>
  let places: Record<Name, NamespaceCluster>
  let verified: string
  /** Each test's own, so that none sees another's records. */
  let run = 200

  beforeAll(async () => {
    const image = `${inject('registry')}/sleep-waves:1`
    await pushImage(image)
    entry = await publicEntry()
    const files = Object.fromEntries(names.map((name) => [`config/${name}.yaml`, `host: ${entry.host}\n`]))
    deployRepo = await startDeployRepo(() => sleepingChart(image), { timeout: '8s', files })
    entry.body = JSON.stringify({ hub: deployRepo.versions[0] })
    verified = await deployRepo.head()
    const path = await programsFor(deployRepo.dir, major)
    const place = (name: Name) => startNamespaceCluster(deployRepo, { name, major, path, verified })
    places = { staging: await place('staging'), primary: await place('primary') }
  }, 180_000)
  afterAll(async () => {
    for (const name of names) await places[name][Symbol.asyncDispose]()
    await deployRepo[Symbol.asyncDispose]()
    entry.close()
  })
  beforeEach(async () => {
    run++
    deployRepo.github.faults.clear()
    await Promise.all(names.map(verify))
  }, 120_000)

  /** As it was when both were verified. */
  async function verify(name: Name): Promise<void> {
    const { helm, upgrade, kubeconfig, tool } = places[name]
    await helm('uninstall', 'meta', '--ignore-not-found', '--wait')
    await upgrade(verified)
    const identity = await readIdentity(kubeconfig, tool, name)
    await deployRepo.recordSuccess(name, verified, { releases: [released({ namespace: name, revision: 1, identity })] })
    await writeVerified(tool, {
      ...{ schema: 1, cluster: name, release: 'meta', namespace: name, revision: 1, commit: verified },
      ...{ inputDigest: 'as it was', components: { hub: deployRepo.versions[0] ?? '' }, run: '1/1' },
      at: new Date().toISOString(),
    })
  }

  const change = (values: Record<Name, string>): Promise<string> =>
    deployRepo.push(
      Object.fromEntries(
        names.map((name) => [`config/${name}.yaml`, `host: ${entry.host}\nhub: { ${values[name]} }\n`]),
      ),
    )

  const at = () => ({
    github: deployRepo.as(deployRepo.tokens.gate) as never,
    repo: deploy,
    gateBot: deployRepo.gateBot,
  })

  /** Both have a bad version, of which the smoke test on primary says so. */
  async function bothBad(): Promise<string> {
    const commit = await change({ staging: 'greeting: bad', primary: 'greeting: bad' })
    for (const name of names) await places[name].upgrade(commit)
    await writeRecord(at(), {
      ...{ schema: 1, cluster: 'primary', run: `${run}/1`, commit, releases: [], reason: 'smoke-failed' },
      ...{
        outcome: 'failure',
        logUrl: deployRepo.github.url,
        environmentUrl: undefined,
        description: 'it does not serve',
      },
    })
    return commit
  }

  async function rollBack(name: Name, commit: string, alter = (start: Start): Start => start): Promise<Started> {
    return startAction('rollback', alter(await places[name].starts.rollback(commit, String(run))))
  }

  const greeting = (name: Name): Promise<string> =>
    places[name].kubectl(
      'get',
      'deployment',
      'web',
      '--output',
      'jsonpath={.spec.template.metadata.annotations.greeting}',
    )

  const smoke = async (name: Name, deployed: Result): Promise<Started> =>
    startAction('smoke-test', await places[name].starts.smoke(deployed))

  /** As the job does that holds the gate App's key. */
  async function record(name: Name, commit: string, deployed: Result, tested?: Result): Promise<void> {
    const { inputs, env } = await places[name].starts.record(deployed, tested ?? deployed)
    const { result } = await startAction('helm-deploy', {
      inputs: { ...inputs, ...(tested ? {} : { 'smoke-result': '' }) },
      env: { ...env, GITHUB_SHA: commit, GITHUB_RUN_ID: String(run) },
    })
    expect(result).toMatchObject({ decision: 'recorded', reason: 'ok' })
  }

  test('the second wave fails: both go back at once, are verified, and the records say so', slow, async () => {
    const commit = await change({ staging: 'greeting: new', primary: 'image: "127.0.0.1:1/none:1"' })
    const { staging, primary } = places
    const first = await startAction('helm-deploy', await staging.starts.deploy(commit, String(run)))
    const passed = await smoke('staging', first.result)
    expect([first, passed].map(({ result }) => result.decision)).toEqual(['deployed', 'verified'])
    await record('staging', commit, first.result, passed.result)
    const second = await startAction('helm-deploy', await primary.starts.deploy(commit, String(run)))
    expect(second.result).toMatchObject({ decision: 'failed', reason: 'unhealthy' })
    await record('primary', commit, second.result)

    const both = await Promise.all(names.map((name) => rollBack(name, commit)))

    for (const [index, name] of names.entries()) {
      const back = both[index]
      expect([back?.code, back?.result]).toMatchObject([0, { decision: 'rolled-back', reason: 'ok', commit: verified }])
      if (!back) continue
      const tested = await smoke(name, back.result)
      expect(tested.result).toMatchObject({ decision: 'verified', commit: verified })
      await record(name, commit, back.result, tested.result)
      expect(await greeting(name)).toBe('hello')
      expect(await lastSuccess(at(), name)).toMatchObject({ commit: verified, run: `${run}/1` })
    }
  })

  test('one cluster cannot be reached: the other goes back, and that one later', slow, async () => {
    const commit = await bothBad()
    const elsewhere = (start: Start): Start => ({
      ...start,
      inputs: {
        ...start.inputs,
        kubeconfig: places.primary.kubeconfig.replace(inject('apiServer'), 'https://127.0.0.1:1'),
      },
    })
    const [staging, primary] = await Promise.all([rollBack('staging', commit), rollBack('primary', commit, elsewhere)])
    expect(staging.result.decision).toBe('rolled-back')
    expect([primary.code, primary.result]).toMatchObject([1, { decision: 'refused', reason: 'cluster-unreachable' }])

    expect((await rollBack('primary', commit)).result.decision).toBe('rolled-back')
    expect(await greeting('primary')).toBe('hello')
  })

  test.each([
    ['is gone in the middle', 'never', 1, { decision: 'rollback-failed', reason: 'cluster-unreachable' }],
    ['loses its answer', 'always', 0, { decision: 'rolled-back', releases: [{ revision: 3 }] }],
  ])('a cluster that %s: what is said is what is there', slow, async (_, works, code, expected) => {
    const commit = await bothBad()
    const path = await mkdtemp(join(deployRepo.dir, 'path-'))
    const start = await places.staging.starts.rollback(commit, String(run))
    await cp(start.env?.PATH ?? '', path, { recursive: true })
    await rm(join(path, 'helm'))
    await writeFile(join(path, 'helm'), cutOff(helmProgram(major), works === 'always'), { mode: 0o755 })

    const back = await startAction('rollback', { ...start, env: { ...start.env, PATH: path } })

    expect([back.code, back.result]).toMatchObject([code, expected])
    expect((await rollBack('staging', commit)).result).toMatchObject({
      decision: 'rolled-back',
      releases: [{ revision: 3 }],
    })
    expect(await greeting('staging')).toBe('hello')
  })

  describe.runIf(major === 4)('while GitHub does not answer', () => {
    const told = (reason: string): string =>
      JSON.stringify({
        plan: { result: 'success', outputs: { primary: '["primary"]' } },
        staging: { result: 'success', outputs: {} },
        primary: {
          result: 'failure',
          outputs: {
            failure: JSON.stringify({
              ...{ schema: 1, action: 'smoke-test', decision: 'not-verified', reason, message: 'it does not serve' },
              ...{ cluster: 'primary', commit: verified, run: `${run}/1`, evidence: [] },
            } satisfies Record<string, unknown>),
          },
        },
      })
    const knowing = (jobs: string) => (start: Start) => ({ ...start, inputs: { ...start.inputs, needs: jobs } })
    const goAway = (): void => deployRepo.github.faults.next({ kind: 'status', status: 503, times: 1_000 })

    test('all clusters go back and are verified; the paperwork follows', slow, async () => {
      const commit = await bothBad()
      goAway()

      const both = await Promise.all(names.map((name) => rollBack(name, commit, knowing(told('smoke-failed')))))
      for (const [index, name] of names.entries()) {
        expect(both[index]?.result).toMatchObject({ decision: 'rolled-back', commit: verified })
        expect(both[index]?.log).toContain('decides by how the jobs of this run ended')
        const tested = both[index] && (await smoke(name, both[index].result))
        expect(tested?.result).toMatchObject({ decision: 'verified', commit: verified })
        expect(await greeting(name)).toBe('hello')
      }

      deployRepo.github.faults.clear()
      const again = await rollBack('staging', commit)
      expect(again.result).toMatchObject({ decision: 'rolled-back', reason: 'up-to-date', commit: verified })
    })

    test(
      'what the change is not to blame for stays; without a word about the jobs, nothing is touched',
      slow,
      async () => {
        const commit = await bothBad()
        goAway()

        const [flaky, silent] = await Promise.all([
          rollBack('staging', commit, knowing(told('smoke-flaky'))),
          rollBack('primary', commit),
        ])
        expect([flaky.code, flaky.result.decision]).toEqual([0, 'nothing-to-roll-back'])
        expect([silent.code, silent.result]).toMatchObject([1, { decision: 'refused', reason: 'github-unreachable' }])
        for (const name of names) expect(await greeting(name)).toBe('bad')
      },
    )

    test("another cluster's memory is not believed", slow, async () => {
      const commit = await bothBad()
      goAway()
      const object = JSON.parse(await places.staging.kubectl('get', 'configmap', 'lockstep-meta', '--output', 'json'))
      const memory = { ...JSON.parse(object.data.verified), cluster: 'primary' }
      await writeVerified(places.staging.tool, memory)

      const { code, result } = await rollBack('staging', commit, knowing(told('smoke-failed')))

      expect([code, result]).toMatchObject([1, { decision: 'refused', reason: 'cluster-identity-mismatch' }])
      expect(await greeting('staging')).toBe('bad')
    })
  })
})

/** Helm whose connection breaks in a rollback: after it was done, or before, and then for good. */
const cutOff = (program: string, done: boolean): string => `#!${process.execPath}
const { spawnSync } = require('node:child_process')
const { existsSync, writeFileSync } = require('node:fs')
const args = process.argv.slice(2)
const broken = __filename + '-broken'
if (args[0] === 'rollback' && ${!done}) writeFileSync(broken, '')
if (existsSync(broken)) fail()
const { status } = spawnSync(${JSON.stringify(program)}, args, { stdio: 'inherit' })
if (args[0] === 'rollback') fail()
process.exit(status ?? 1)

function fail() {
  console.error('Error: Kubernetes cluster unreachable: Get "https://10.96.0.1/version": connect: connection refused')
  process.exit(1)
}
`
