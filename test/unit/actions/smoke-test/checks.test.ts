import { expect, test } from 'vitest'
import { checksToRun } from '../../../../actions/smoke-test/checks.js'
import { readDeployResult } from '../../../../actions/smoke-test/deployed.js'
import { readRun } from '../../../../shared/foundation/run-facts.js'
import type { PlaceholderValues } from '../../../../shared/policy/placeholders.js'
import type { Policy } from '../../../../shared/policy/policy.js'
import { released } from '../../../fixtures/released.js'

const component = {
  name: 'hub',
  upstream: 'o/hub',
  versions: ['1.0.0-n{n}.h{commit}'],
  versionEndpoint: { url: '/versions', path: ['hub'] },
}
const policyOf = (change: object): Policy =>
  ({ components: [component], smokeTests: [], ...change }) as unknown as Policy
const site = (change: Partial<PlaceholderValues> = {}): PlaceholderValues => ({
  cluster: 'staging',
  host: 'hub.example',
  namespace: 'n',
  values: [],
  secrets: {},
  ...change,
})
const versions = { hub: '1.0.0-n2.hbbbbbbb' }

test('a path is asked by https at the host, a whole address as it is written', () => {
  const full = { ...component, name: 'other', versionEndpoint: { url: 'http://{host}/v', path: [] } }
  const { versions: asked } = checksToRun(
    policyOf({ components: [component, full] }),
    { ...versions, other: '1' },
    site(),
  )

  expect(asked.map(({ url }) => url)).toEqual(['https://hub.example/versions', 'http://hub.example/v'])
  expect(asked[0]).toMatchObject({ version: '1.0.0-n2.hbbbbbbb', commit: 'bbbbbbb', place: { path: ['hub'] } })
  const told = { ...component, versionEndpoint: { url: '/', header: 'x-version' } }
  expect(checksToRun(policyOf({ components: [told] }), versions, site()).versions).toMatchObject([
    { url: 'https://hub.example/', place: { header: 'x-version' } },
  ])
})

test('a check whose value is off is skipped, and why is told', () => {
  const smoke = [
    { kind: 'http', method: 'GET', url: 'https://{host}/health', status: 200, timeout: 1, when: ['binder', 'enabled'] },
  ]
  const off = checksToRun(policyOf({ smokeTests: smoke }), versions, site({ values: [{ binder: { enabled: false } }] }))
  const on = checksToRun(
    policyOf({ smokeTests: smoke }),
    versions,
    site({ values: [{}, { binder: { enabled: true } }], host: 'h' }),
  )

  expect(off).toMatchObject({ checks: [], skipped: [{ why: 'skipped: binder.enabled is off on this cluster' }] })
  expect(on).toMatchObject({ checks: [{ url: 'https://h/health', status: 200, timeout: 1 }], skipped: [] })
})

test('an address that is none once it is filled in is an error, not a verdict', () => {
  const smoke = [{ kind: 'http', method: 'GET', url: '{values.hub}/health', status: 200, timeout: 1 }]
  const asked = (hub: string) => checksToRun(policyOf({ smokeTests: smoke }), versions, site({ values: [{ hub }] }))

  expect(asked('https://hub').checks).toMatchObject([{ url: 'https://hub/health' }])
  expect(() => asked('hub.example')).toThrow(expect.objectContaining({ reason: 'target-missing' }))
  expect(() => asked('file:///etc')).toThrow(expect.objectContaining({ reason: 'target-missing' }))
})

test('a cluster without a host, and a policy without anything to test, are refused', () => {
  expect(() => checksToRun(policyOf({}), versions, site({ host: undefined }))).toThrow(
    expect.objectContaining({ reason: 'target-missing' }),
  )
  expect(() => checksToRun(policyOf({ components: [] }), {}, site())).toThrow(
    expect.objectContaining({ reason: 'policy-invalid' }),
  )
})

const run = readRun({ GITHUB_RUN_ID: '5', GITHUB_SHA: 'c'.repeat(40) })
const deployed = {
  schema: 1,
  action: 'helm-deploy',
  decision: 'deployed',
  reason: 'ok',
  message: 'there',
  cluster: 'staging',
  releases: [released()],
  commit: 'c'.repeat(40),
  run: '5/1',
  evidence: [],
}

test.each(['deployed', 'unchanged', 'adopted'])('%s can be tested', (decision) => {
  expect(readDeployResult(JSON.stringify({ ...deployed, decision }), 'staging', run)).toMatchObject({
    releases: [{ revision: 2 }],
  })
})

test.each([
  ['a failed deploy', { decision: 'failed', reason: 'unhealthy' }],
  ['a refused one', { decision: 'refused', reason: 'version-blocked' }],
  ['another cluster', { cluster: 'primary' }],
  ['another run', { run: '4/1' }],
  ['another commit', { commit: 'd'.repeat(40) }],
  ['another action', { action: 'smoke-test' }],
  ['a deploy that does not say what it left', { releases: undefined }],
  ['a deploy that left nothing', { releases: [] }],
])('%s is refused', (_, change) => {
  const text = JSON.stringify({ ...deployed, ...change })
  expect(() => readDeployResult(text, 'staging', run)).toThrow(expect.objectContaining({ reason: 'input-invalid' }))
})
