import { readFileSync } from 'node:fs'
import { cp, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { runKubectl } from '../../rehearsal/cluster/kubectl.js'
import type { Reason } from '../../shared/foundation/result.js'
import { allowAgain, type FailingClusters, forbidByPolicy, startFailingPlaces } from '../fixtures/failing-clusters.js'
import { deploysNow, interrupted, latest } from '../fixtures/interrupted-deploy.js'
import { helmProgram, type NamespaceCluster } from '../fixtures/namespace-cluster.js'
import { startAction } from '../fixtures/start-action.js'

const slow = { timeout: 240_000 }

interface Situation {
  /** Of the cluster, and so of its namespace. */
  name: string
  /** What the newest commit says in the cluster's values. */
  values: string
  /** What else is wrong with the cluster. */
  arrange?(place: NamespaceCluster): Promise<unknown>
  reason: Reason
  /** The one sentence. */
  message: RegExp
  /** What to do next. */
  fix: RegExp
  /** Something that the evidence has besides. */
  evidence?: RegExp
  /** What the log tells while it waits. */
  progress?: RegExp
}

const lookAtIt = { reason: 'unhealthy', fix: /This job rolled nothing back/ } as const
const correctIt = { reason: 'rejected-by-cluster', fix: /Correct the chart or the values with a pull request/ } as const
const applied = 'The change was applied, but did not become healthy'
const refused = 'The change was not applied'

/** Each with a cluster of its own. */
const unhealthy: Situation[] = [
  {
    name: 'image',
    values: `image: "${inject('registry')}/missing:1"`,
    ...lookAtIt,
    message: new RegExp(`^${applied}: Deployment web: pod web-\\S+: cannot pull the image \\S+missing:1 \\(\\w+`),
    progress: /^Deployment web: 0 of 1 ready; pod web-\S+: cannot pull the image/m,
  },
  {
    name: 'crash',
    values: 'command: "echo the database is gone; exit 3"',
    ...lookAtIt,
    message: new RegExp(`^${applied}: Deployment web: pod web-\\S+: container web crashed with exit code 3`),
    evidence: /log of web-\S+\/web: the database is gone/,
    progress: /^Deployment web: 0 of 1 ready; pod web-\S+: container web crashed/m,
  },
  {
    name: 'probe',
    values: 'probe: "echo not yet; exit 1"',
    ...lookAtIt,
    message: new RegExp(
      `^${applied}: Deployment web: pod web-\\S+: container web runs, but is not ready: Readiness probe failed: not yet$`,
    ),
  },
  {
    name: 'hook',
    values: 'hook: "echo no such table; exit 4"',
    ...lookAtIt,
    message: /^A hook of the chart failed: Job migrate: pod migrate-\S+: container main crashed with exit code 4$/,
    evidence: /log of migrate-\S+\/main: no such table/,
  },
  {
    name: 'job',
    values: 'job: "echo no such index; exit 5"',
    ...lookAtIt,
    message: new RegExp(`^${applied}: Job index: pod index-\\S+: container main crashed with exit code 5$`),
    evidence: /log of index-\S+\/main: no such index/,
  },
  {
    name: 'quota',
    values: 'delay: 1',
    arrange: (place) => place.kubectl('create', 'quota', 'small', '--hard=pods=1'),
    ...lookAtIt,
    message: new RegExp(`^${applied}: Deployment web: no pod can be created: .*exceeded quota: small`),
  },
  {
    name: 'admission-pod',
    values: 'forbidden: pod',
    ...lookAtIt,
    message: new RegExp(`^${applied}: Deployment web: no pod can be created: .*the house rules forbid this`),
  },
  {
    name: 'unschedulable',
    values: 'cpu: 1000',
    ...lookAtIt,
    message: new RegExp(`^${applied}: Deployment web: pod web-\\S+: it cannot be scheduled: .*Insufficient cpu`),
  },
]

const notApplied: Situation[] = [
  {
    name: 'schema',
    values: 'replicas: many',
    ...correctIt,
    message: new RegExp(`^${refused}: .*replicas.*integer`),
  },
  {
    name: 'immutable',
    values: 'role: other',
    ...correctIt,
    message: new RegExp(`^${refused}: .*"web".*spec.selector.*field is immutable`),
  },
  {
    name: 'admission-workload',
    values: 'forbidden: workload',
    ...correctIt,
    message: new RegExp(`^${refused}: .*"?web"?.*the house rules forbid this`),
  },
  {
    name: 'no-image',
    values: 'image: ""',
    ...correctIt,
    message: new RegExp(`^${refused}: .*spec.template.spec.containers.*image: Required value`),
  },
  {
    name: 'forbidden',
    values: 'reach: everything',
    ...correctIt,
    message: new RegExp(`^${refused}: .*clusterroles.* is forbidden: User `),
  },
]

const asks = (args: string[], input?: string) => runKubectl(inject('tools').kubectl, inject('kubeconfig'), args, input)
beforeAll(() => forbidByPolicy(asks))
afterAll(() => allowAgain(asks))

describe.each([3, 4] as const)('with Helm %i', (major) => {
  // Namespaces of their own: those of the other Helm go in their own time.
  const named = (name: string): string => `${name}-${major}`
  const names = [
    ...unhealthy,
    { name: 'same' },
    { name: 'lost' },
    { name: 'sigint' },
    { name: 'sigterm' },
    { name: 'sigkill' },
  ]
  let places: FailingClusters
  beforeAll(async () => {
    places = await startFailingPlaces(
      major,
      names.map(({ name }) => named(name)),
    )
  })
  afterAll(() => places[Symbol.asyncDispose]())

  async function check(place: NamespaceCluster, { values, arrange, ...expected }: Situation): Promise<void> {
    await arrange?.(place)
    const commit = await places.change(place.name, values)
    const { code, result, log } = await startAction('helm-deploy', await place.starts.deploy(commit))

    const { reason, message, evidence = /^/, progress = /^/, fix } = expected
    expect([code, result]).toMatchObject([1, { decision: 'failed', reason, cluster: place.name, commit }])
    expect(result.message).toMatch(message)
    expect(result.message, 'one sentence').not.toContain('\n')
    expect(result.evidence.map(({ text }) => text).join('\n')).toMatch(evidence)
    expect(log).toMatch(progress)
    expect(log.split('::error::')[1]).toMatch(fix)
  }

  test.concurrent.for(unhealthy)('the first cause and the next step: $name', slow, async (situation) => {
    await check(await places.place(named(situation.name)), situation)
  })

  // Nothing comes of these: they have one cluster together, as it was.
  test.concurrent('what is refused is not applied, and says why', slow, async ({ expect }) => {
    const place = await places.place(named('same'))
    const spec = () => place.kubectl('get', 'deployment', 'web', '--output', 'jsonpath={.spec}')
    const before = await spec()
    for (const situation of notApplied) await check(place, situation)

    const config = parse(place.kubeconfig)
    config.users[0].user.token = 'expired'
    const start = await place.starts.deploy(await places.change(place.name, 'delay: 1'), '100', stringify(config))
    const { result, log } = await startAction('helm-deploy', start)

    expect(result).toMatchObject({ decision: 'refused', reason: 'missing-permission' })
    expect(result.message).toContain('does not accept the credentials in the kubeconfig')
    expect(log).toContain('Renew the credentials')
    expect(await spec()).toBe(before)
  })

  test.concurrent("what Helm did comes back by reading where Helm's answer is lost", slow, async ({ expect }) => {
    const place = await places.place(named('lost'))
    const start = await place.starts.deploy(await places.change(place.name, 'delay: 1'))
    const path = `${start.env?.RUNNER_TEMP}-path`
    await cp(start.env?.PATH ?? '', path, { recursive: true })
    await rm(join(path, 'helm'))
    await writeFile(join(path, 'helm'), losesItsAnswer(helmProgram(major)), { mode: 0o755 })

    const { code, result, log } = await startAction('helm-deploy', { ...start, env: { ...start.env, PATH: path } })

    expect([code, result]).toMatchObject([0, { decision: 'deployed', releases: [{ revision: 2 }] }])
    expect(log).toContain("Helm's answer was lost")
  })

  test.concurrent.for(['SIGINT', 'SIGTERM'] as const)(
    'told to stop by %s in mid-upgrade, it stops; run again, it deploys',
    slow,
    async (signal, { expect }) => {
      const place = await places.place(named(signal.toLowerCase()))
      const commit = await places.change(place.name, 'delay: 3')
      const start = await place.starts.deploy(commit)
      const stopped = await interrupted(place, start, (kill) => kill(signal))
      expect(stopped).toMatchObject({ code: 1, result: { decision: 'failed', reason: 'cancelled' } })
      expect(await readdir(start.env?.RUNNER_TEMP ?? '')).toEqual([])
      expect((await latest(place)).status).toBe('failed')

      await deploysNow(place, commit)
    },
  )

  test.concurrent(
    'ended by SIGKILL in mid-upgrade, it is cleaned up; run again, it deploys',
    slow,
    async ({ expect }) => {
      const place = await places.place(named('sigkill'))
      const commit = await places.change(place.name, 'delay: 3')
      const start = await place.starts.deploy(commit)
      await expect(interrupted(place, start, killTree)).rejects.toThrow('set no result')
      expect((await latest(place)).status).toBe('pending-upgrade')

      const { log } = await deploysNow(place, commit)
      expect(log).toContain('it is rolled back to revision 1 first')
    },
  )
})

/** A Helm whose connection ends when everything is done. */
const losesItsAnswer = (program: string): string => `#!${process.execPath}
const { spawnSync } = require('node:child_process')
const args = process.argv.slice(2)
const { status } = spawnSync(${JSON.stringify(program)}, args, { stdio: 'inherit' })
if (args[0] === 'upgrade') console.error('Error: Get "https://10.96.0.1/api": unexpected EOF')
process.exit(args[0] === 'upgrade' ? 1 : (status ?? 1))
`

/** As the runner ends a job that does not stop: Helm ends as well. */
function killTree(_: unknown, pid: number): void {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
  for (const one of [pid, ...children.map(Number)]) process.kill(one, 'SIGKILL')
}
