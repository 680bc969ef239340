import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checksToRun } from '../../../../actions/smoke-test/checks.js'
import { runAllChecks } from '../../../../actions/smoke-test/combine.js'
import { leftoversIn } from '../../../../actions/smoke-test/leftovers.js'
import { type ProbeGround, probeOf } from '../../../../actions/smoke-test/probes/probe.js'
import { redactionOf } from '../../../../actions/smoke-test/redaction.js'
import { mergeValues } from '../../../../shared/policy/cluster-values.js'
import { parsePolicy } from '../../../../shared/policy/policy.js'
import { readSource } from '../../../../shared/yaml/documents.js'
import { binderServer, events, ready } from '../../../fixtures/binder-server.js'
import { probeRuntime } from '../../../fixtures/probe-runtime.js'
import { hasRealData, readReal, realData } from '../../../fixtures/real-data.js'

const example = readFileSync('workflows-examples/deploy-repo/.github/smoke-checks.yml', 'utf8')
const policy = parsePolicy(`version: 1
operators: [ada]
apps: { gate: { id: 1, bot: 90000001 }, bump: { id: 2, bot: 90000002 } }
releases: { web: {} }
clusters: { one: { wave: primary, host: one.example } }
${example}`)

let temp: string
beforeAll(async () => {
  temp = await mkdtemp(join(tmpdir(), 'smoke-'))
})
afterAll(() => rm(temp, { recursive: true }))

const pages: Record<string, [status: number, type: string, body: string]> = {
  '/': [200, 'text/html', '<label>GitHub repository name or URL</label>'],
  '/hub/health': [200, 'text/html', ''],
  '/health': [200, 'application/json', '{"ok": true, "checks": []}'],
  '/user/doesntexist': [424, 'text/html', '<h1>Binder not found</h1>'],
  '/badge_logo.svg': [200, 'image/svg+xml', '<svg/>'],
}

/** Runs the example's checks against one server that is BinderHub, hub and launched server at once; some pages may differ. */
async function run(change: typeof pages = {}, stream = events({ phase: 'building' }, ready)) {
  const server = (path: string, response: ServerResponse): boolean => {
    const page = { ...pages, ...change }[path]
    if (page) response.writeHead(page[0], { 'content-type': page[1] }).end(page[2])
    return page !== undefined
  }
  await using binder = await binderServer({ parts: stream }, { server })
  const github = {
    repos: { getCommit: async () => ({ data: { sha: 'a'.repeat(40), commit: { tree: { sha: 't' } } } }) },
    git: {
      createCommit: async () => ({ data: { sha: 'c'.repeat(40) } }),
      createRef: async () => {},
      deleteRef: async () => {},
    },
  }
  const values = { binderhubEnabled: true, binderhub: { config: { BinderHub: { hub_url: binder.url } } } }
  const site = {
    cluster: 'one',
    host: new URL(binder.url).host,
    namespace: 'n',
    values: [values],
    secrets: { BUILD_REPO_TOKEN: 'x' },
  }
  // The server has no TLS here; what is left out is looked at by tests of their own.
  const checks = checksToRun(policy, {}, site).checks.map((check) => {
    if (check.kind === 'http') return { ...check, url: check.url.replace('https:', 'http:'), certificate: undefined }
    return 'url' in check ? { ...check, url: check.url.replace('https:', 'http:') } : check
  })
  const ground = {
    world: { ...probeRuntime(), run: { id: 1, attempt: 1 }, github: () => ({ rest: github }) },
    redaction: redactionOf([]),
    leftovers: leftoversIn(temp),
  } as unknown as ProbeGround
  const questions = checks.map((check) => ({ ...probeOf(check, ground), failureThreshold: 1 }))
  const reports = await runAllChecks(
    questions,
    { parallel: 4, deadline: Number.POSITIVE_INFINITY },
    probeRuntime(),
    () => {},
  )
  expect(binder.running(), 'no server is left').toBe(0)
  return Object.fromEntries(reports.map(({ name, verdict }) => [name, verdict]))
}

const allPass = {
  'home page': 'pass',
  'health of the hub': 'pass',
  'health of BinderHub': 'pass',
  'page of a user who does not exist': 'pass',
  'static badges': 'pass',
  launch: 'pass',
  build: 'pass',
}

describe('the checks for a BinderHub', () => {
  test('pass against one that works', async () => {
    expect(await run()).toEqual(allPass)
  })

  test.each<[string, typeof pages]>([
    ['home page', { '/': [200, 'text/html', 'default backend'] }],
    ['health of the hub', { '/hub/health': [503, 'text/html', ''] }],
    ['health of BinderHub', { '/health': [503, 'application/json', '{"ok": false, "checks": []}'] }],
    ['page of a user who does not exist', { '/user/doesntexist': [404, 'text/html', 'Not Found'] }],
    ['static badges', { '/badge_logo.svg': [200, 'text/html', '<html>'] }],
  ])('name what is broken: %s', async (name, change) => {
    expect(await run(change)).toEqual({ ...allPass, [name]: 'fail' })
  })

  test('name what is broken: launch and build', async () => {
    const broken = events({ phase: 'building' }, { phase: 'failed', message: 'no room' })
    expect(await run({}, broken)).toEqual({ ...allPass, launch: 'fail', build: 'fail' })
  })
})

const real = (file: string): unknown =>
  readSource(readReal(file), file, '1.1').documents[0]?.toJS({ maxAliasCount: 1000 })

test.skipIf(!hasRealData).each([
  ['hetzner-gesis', 'https://hub.gesis.mybinder.org/hub/health'],
  ['prod', undefined],
])(`a real cluster's host names come from its values, %s: ${realData}`, (cluster, health) => {
  const folder = 'jupyterhub-mybinder.org-deploy'
  const values = mergeValues(real(`${folder}/mybinder/values.yaml`), [real(`${folder}/config/${cluster}.yaml`)])
  const site = { cluster, host: 'h', namespace: cluster, values: [values], secrets: { BUILD_REPO_TOKEN: 'x' } }
  const { checks, skipped } = checksToRun(policy, {}, site)

  expect(checks.find(({ name }) => name === 'health of the hub')).toEqual(
    health === undefined ? undefined : expect.objectContaining({ url: health }),
  )
  expect(skipped.length).toBe(health === undefined ? 7 : 0)
})
