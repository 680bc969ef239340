import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parsePolicy } from '../../../../shared/policy/policy.js'
import { checkReferences, type Problem } from '../../../../shared/policy/references.js'
import { hasRealData, listReal, readReal, realData } from '../../../fixtures/real-data.js'

const example = readFileSync(new URL('../../../fixtures/policy-example.yml', import.meta.url), 'utf8')

test.skipIf(!hasRealData)(
  `the design's policy names what is in a real deploy repo, but for its secrets (${realData})`,
  async () => {
    const repo = 'jupyterhub-mybinder.org-deploy'
    const files = listReal(repo)
    const read = async (path: string) => (files.includes(path) ? readReal(`${repo}/${path}`) : undefined)
    const problems = await checkReferences(parsePolicy(example), read, async () => files)

    const clusters = ['staging', 'hetzner-gesis', 'hetzner-2i2c', 'bids-ovh', 'prod']
    expect(problems.map(({ kind, at }) => [kind, at?.file])).toEqual(
      clusters.map((name) => ['missing-file', `secrets/config/${name}.yaml`]),
    )
  },
)

const policy = `version: 1
operators: [ada]
apps: { gate: { id: 1, bot: 90000001 }, bump: { id: 2, bot: 90000002 } }
releases:
  web: { values: ["config/{cluster}.yaml", "more/*.yaml"], plan-values: [config/test.yaml] }
host: ingress.hosts.0
clusters:
  one: { wave: staging }
  two: { wave: primary }
components:
  hub: { upstream: a/hub, chart: web/Chart.yaml#hub, version: ["{any}-{commit}"] }
  builder: { upstream: a/builder, image: web/values.yaml#builder.image, version: ["{any}-{commit}"] }
smoke-tests:
  - { http: "https://{host}/health", when: hubEnabled }
deploy-windows: { T3: { holidays: holidays.txt } }
`

const repo: Record<string, string> = {
  'web/Chart.yaml': 'name: web\ndependencies:\n  - name: hub\n    version: 1.0.0-abcdef1\n',
  'web/values.yaml': 'hubEnabled: true\nbuilder:\n  image: registry.example:5000/builder:1-abcdef1\n',
  'config/one.yaml': 'ingress: { hosts: [one.example] }\n',
  'config/two.yaml': 'ingress: { hosts: [two.example] }\n',
  'config/test.yaml': '',
  'holidays.txt': '',
}

/** Problems of the policy in a repository that differs from the good one by `changes`; undefined removes a file. */
function problemsWith(changes: Record<string, string | undefined>): Promise<Problem[]> {
  const files = Object.entries({ ...repo, ...changes }).flatMap(([path, text]) =>
    text === undefined ? [] : [[path, text] as const],
  )
  const texts = new Map(files)
  return checkReferences(
    parsePolicy(policy),
    async (path) => texts.get(path),
    async () => [...texts.keys()],
  )
}

test('a repository that has everything has no problem', async () => {
  expect(await problemsWith({})).toEqual([])
})

describe('what is not there is told with a fix', () => {
  test.each<[string, Record<string, string | undefined>, Partial<Problem>[]]>([
    [
      'a values file',
      { 'config/test.yaml': undefined },
      [
        {
          kind: 'missing-file',
          message: 'config/test.yaml does not exist. The policy names it in releases.web.plan-values.',
          fix: 'Add config/test.yaml, or correct the path in the policy.',
        },
      ],
    ],
    [
      'a dependency',
      { 'web/Chart.yaml': 'dependencies: [{ name: hubb, version: 1 }]\n' },
      [
        {
          kind: 'missing-target',
          message: 'components.hub.chart: web/Chart.yaml has no dependency "hub".',
          fix: 'Did you mean "hubb"?',
          at: { file: 'web/Chart.yaml' },
        },
      ],
    ],
    [
      'a chart',
      { 'web/Chart.yaml': undefined },
      [
        { kind: 'missing-file', message: 'web/Chart.yaml does not exist. The policy names it in releases.web.chart.' },
        {
          kind: 'missing-file',
          message: 'web/Chart.yaml does not exist. The policy names it in components.hub.chart.',
        },
      ],
    ],
    [
      'an image',
      { 'web/values.yaml': 'hubEnabled: true\nbuilder:\n  imag: a:1\n' },
      [
        {
          kind: 'missing-target',
          message:
            'components.builder.image: builder.image does not exist in web/values.yaml: builder has no key "image".',
          fix: 'Did you mean "imag"?',
          at: { file: 'web/values.yaml', line: 2, column: 1 },
        },
      ],
    ],
    [
      'a tag',
      { 'web/values.yaml': 'hubEnabled: true\nbuilder: { image: registry.example/builder }\n' },
      [
        {
          kind: 'missing-target',
          message: 'components.builder.image: builder.image in web/values.yaml contains no image tag or digest.',
          at: { file: 'web/values.yaml', line: 2, column: 19 },
        },
      ],
    ],
    [
      'a host',
      { 'config/two.yaml': 'ingress: {}\n' },
      [
        {
          kind: 'missing-host',
          message: 'The values of two have no ingress.hosts.0, but "host" in the policy refers to it.',
          fix: 'Add it to the values of two, or "host:" to clusters.two.',
        },
      ],
    ],
    [
      'a condition',
      { 'web/values.yaml': 'builder: { image: "builder:1" }\n' },
      [
        {
          kind: 'missing-value',
          message:
            'smoke-tests.0.when is hubEnabled, but the values of no cluster have this path: the check would never run.',
        },
      ],
    ],
    [
      'a file of dates',
      { 'holidays.txt': undefined },
      [
        {
          kind: 'missing-file',
          message: 'holidays.txt does not exist. The policy names it in deploy-windows.T3.holidays.',
        },
      ],
    ],
    [
      'YAML',
      { 'config/one.yaml': 'ingress: [\n' },
      [
        {
          kind: 'missing-target',
          at: { file: 'config/one.yaml', line: 2, column: 1 },
          fix: 'Correct the YAML in config/one.yaml.',
        },
      ],
    ],
    [
      'YAML in the chart, once for all clusters',
      { 'web/values.yaml': 'builder: [\n' },
      [
        { message: expect.stringMatching(/^components.builder.image: /) },
        { message: expect.stringMatching(/^releases.web.values: /) },
        { kind: 'missing-value' },
      ],
    ],
  ])('%s', async (_, changes, problems) => {
    const found = await problemsWith(changes)
    expect(found).toMatchObject(problems)
    expect(found).toHaveLength(problems.length)
    expect(found.every(({ fix }) => fix.length > 10)).toBe(true)
  })
})
