import { describe, expect, test } from 'vitest'
import { clustersByWave, parsePolicy } from '../../../../shared/policy/policy.js'
import { example, minimal } from '../../../fixtures/policy-example.js'

describe('the policy of the design', () => {
  const policy = parsePolicy(example)

  test('is read into the form that everything uses', () => {
    expect(policy).toEqual({
      operators: { team: 'jupyterhub/mybinder-ops' },
      apps: { gate: { id: 123456, bot: 90123456 }, bump: { id: 123457, bot: 90123457 } },
      timezone: 'Etc/UTC',
      releases: [
        {
          name: 'mybinder',
          chart: 'mybinder',
          releaseName: '{cluster}',
          namespace: '{cluster}',
          values: ['config/common/*.yaml', 'config/{cluster}.yaml', 'secrets/config/{cluster}.yaml'],
          planValues: ['config/test-secrets.yaml'],
          timeout: 600_000,
          crds: 'skip',
          migrationMarkers: [],
        },
      ],
      clusters: [
        { name: 'staging', wave: 'staging', optional: false, host: { path: ['binderhub', 'ingress', 'hosts', 0] } },
        {
          name: 'hetzner-gesis',
          wave: 'canary',
          optional: false,
          host: { path: ['binderhub', 'ingress', 'hosts', 0] },
        },
        {
          name: 'hetzner-2i2c',
          wave: 'primary',
          optional: false,
          host: { path: ['binderhub', 'ingress', 'hosts', 0] },
        },
        { name: 'bids-ovh', wave: 'rest', optional: true, host: { path: ['binderhub', 'ingress', 'hosts', 0] } },
        { name: 'prod', wave: 'rest', optional: false, host: { name: 'mybinder.org' } },
      ],
      components: [
        {
          name: 'binderhub',
          upstream: 'jupyterhub/binderhub',
          targets: [{ kind: 'chart', file: 'mybinder/Chart.yaml', dependency: 'binderhub' }],
          versions: ['1.0.0-0.dev.git.{n}.h{commit}'],
          paths: ['helm-chart/**', 'binderhub/**'],
          versionEndpoint: { url: '/versions', path: ['binderhub'] },
          wait: 1_200_000,
          staleAfter: 5,
          reviewers: [],
          revert: 'issue',
        },
        {
          name: 'repo2docker',
          upstream: 'jupyterhub/repo2docker',
          targets: [
            {
              kind: 'image',
              file: 'mybinder/values.yaml',
              path: ['binderhub', 'config', 'KubernetesBuildExecutor', 'build_image'],
            },
          ],
          versions: ['{any}-g{commit}'],
          paths: ['**'],
          versionEndpoint: undefined,
          wait: 1_200_000,
          staleAfter: 5,
          reviewers: [],
          revert: 'issue',
        },
      ],
      merge: { bump: 'person', revert: 'auto' },
      deployQueue: { maxUndeployed: 1, remind: 900_000, escalate: 3_600_000, exceptions: ['deploy-queue-skip'] },
      smokeTests: [
        {
          kind: 'http',
          url: 'https://{host}/health',
          method: 'GET',
          request: { headers: {} },
          status: 200,
          json: {},
          headers: {},
          redirects: 0,
          timeout: 60_000,
          successThreshold: 1,
          when: ['binderhubEnabled'],
        },
        {
          kind: 'binder-launch',
          url: 'https://{host}',
          provider: 'gh',
          repo: 'binder-examples/requirements',
          ref: '50533eb',
          buildToken: '',
          timeout: 480_000,
          successThreshold: 1,
          when: ['binderhubEnabled'],
        },
      ],
      deployWindows: { T3: { days: ['mon', 'tue', 'wed', 'thu'] } },
      soak: { T0: 0, T1: 0, T2: 3_600_000, T3: 86_400_000 },
      changeClasses: [
        { name: 'ingress-upgrade', charts: ['traefik'], files: ['cert-manager.env'], values: [] },
        {
          name: 'content',
          charts: [],
          files: [],
          values: [['binderhub', 'config', 'BinderHub', 'banner_message']],
          tier: 'T0',
        },
      ],
    })
  })

  test('is deployed in four waves', () => {
    expect(clustersByWave(policy).map((wave) => wave.map((cluster) => cluster.name))).toEqual([
      ['staging'],
      ['hetzner-gesis'],
      ['hetzner-2i2c'],
      ['bids-ovh', 'prod'],
    ])
  })

  test('is read the same with Windows line ends and a byte order mark', () => {
    expect(parsePolicy(`\uFEFF${example.replaceAll('\n', '\r\n')}`)).toEqual(policy)
  })
})

test('nearly everything has a default', () => {
  expect(parsePolicy(minimal)).toEqual({
    operators: { logins: ['ada'] },
    apps: { gate: { id: 1, bot: 90000001 }, bump: { id: 2, bot: 90000002 } },
    timezone: 'Etc/UTC',
    releases: [
      {
        name: 'web',
        chart: 'web',
        releaseName: 'web',
        namespace: 'web',
        values: [],
        planValues: [],
        timeout: 600_000,
        crds: 'skip',
        migrationMarkers: [],
      },
    ],
    clusters: [{ name: 'one', wave: 'primary', optional: false, host: undefined }],
    components: [],
    merge: { bump: 'person', revert: 'auto' },
    deployQueue: { maxUndeployed: 1, remind: 900_000, escalate: 3_600_000, exceptions: ['deploy-queue-skip'] },
    smokeTests: [],
    deployWindows: { T3: { days: ['mon', 'tue', 'wed', 'thu'] } },
    soak: { T0: 0, T1: 0, T2: 3_600_000, T3: 86_400_000 },
    changeClasses: [],
  })
})

test('the lane may have a window: days, and hours in minutes since midnight', () => {
  const { deployQueue } = parsePolicy(`${minimal}deploy-queue: { window: { days: mon-fri, hours: "08:30-24:00" } }\n`)
  expect(deployQueue.window).toEqual({ days: ['mon', 'tue', 'wed', 'thu', 'fri'], hours: [510, 1440] })
})

test('a component may have several targets: charts or images first, and one for each cluster', () => {
  const text = minimal.replace('  one: { wave: primary }', '  one: { wave: primary }\n  two: { wave: rest }')
  const { components } = parsePolicy(
    `${text}components:
  hub:
    upstream: a/b
    version: ["{commit}"]
    value: ["config/{cluster}.yaml#a.b", "docs/{cluster}/{cluster}.yaml#c"]
    chart: ["x/Chart.yaml#hub", "y/requirements.yaml#front"]
`,
  )
  expect(components[0]?.targets).toEqual([
    { kind: 'chart', file: 'x/Chart.yaml', dependency: 'hub' },
    { kind: 'chart', file: 'y/requirements.yaml', dependency: 'front' },
    { kind: 'value', file: 'config/one.yaml', path: ['a', 'b'] },
    { kind: 'value', file: 'config/two.yaml', path: ['a', 'b'] },
    { kind: 'value', file: 'docs/one/one.yaml', path: ['c'] },
    { kind: 'value', file: 'docs/two/two.yaml', path: ['c'] },
  ])
})

test('days are a range, a list, or both, and may go over the end of the week', () => {
  const days = (text: string) =>
    parsePolicy(`${minimal}deploy-windows: { T2: { days: "${text}" } }\n`).deployWindows.T2?.days
  expect(days('fri-mon')).toEqual(['mon', 'fri', 'sat', 'sun'])
  expect(days('wed')).toEqual(['wed'])
  expect(days('tue,thu-fri')).toEqual(['tue', 'thu', 'fri'])
})
