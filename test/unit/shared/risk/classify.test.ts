import { describe, expect, test } from 'vitest'
import { classifyChange } from '../../../../shared/risk/classify.js'
import type { ChangedContent } from '../../../../shared/risk/types.js'
import { changed, chartYaml, context } from '../../../fixtures/risk-samples.js'

const judge = (...files: ChangedContent[]) => classifyChange({ files, complete: true }, context)

/** Kinds, tier and whether it is infrastructure, as one line. */
function said(...files: ChangedContent[]): string {
  const { kinds, tier, infrastructure } = judge(...files)
  return `${kinds.join('+')} ${tier}${infrastructure ? '' : ' harmless'}`
}

const chart = (name: string, from: string, to: string) =>
  changed('site/Chart.yaml', chartYaml(name, from), chartYaml(name, to))

const values = (before: string, after: string, path = 'site/values.yaml') => changed(path, before, after)

describe('versions of charts', () => {
  test.each([
    ['ingress-nginx', '4.1.0', '4.1.2', 'ingress T1'],
    ['ingress-nginx', '4.1.0', '4.2.0', 'ingress T2'],
    ['traefik', '4.1.0', '5.0.0', 'ingress T3'],
    ['ingress-nginx', '4.1.2', '4.1.0', 'ingress T2'],
    ['cert-manager', 'v1.8.0', 'v1.8.1', 'ingress T1'],
    ['kube-lego', '0.1.0', '0.2.0', 'ingress T3'],
    ['prometheus', '14.0.0', '25.0.0', 'monitoring T1'],
    ['grafana', '5.0.0', '9.0.0', 'monitoring T1'],
    ['jupyterhub', '3.0.0', '3.0.1', 'jupyterhub T1'],
    ['jupyterhub', '3.0.0', '3.1.0', 'jupyterhub T2'],
    ['jupyterhub', '0.9-03215dd', '0.9-dcde99a', 'jupyterhub T2'],
    ['never-heard-of', '1.0.0', '1.0.1', 'component T2'],
    ['front-door', '1.0.0', '9.0.0', 'door T1'],
  ])('%s from %s to %s is %s', (name, from, to, expected) => {
    expect(said(chart(name, from, to))).toBe(expected)
  })

  test('a chart that comes is careful, one that goes is dangerous', () => {
    const without = 'apiVersion: v2\nname: site\nversion: 0.1.0\n'
    expect(said(changed('site/Chart.yaml', without, chartYaml('harbor', '1.0.0')))).toBe('registry T2')
    expect(said(changed('site/Chart.yaml', chartYaml('harbor', '1.0.0'), without))).toBe('registry T3')
  })

  test('the same version from another repository is not the same', () => {
    const after = chartYaml('grafana', '5.0.0').replace('charts.example', 'elsewhere.example')
    expect(said(changed('site/Chart.yaml', chartYaml('grafana', '5.0.0'), after))).toBe('monitoring T2')
  })

  test('a Chart.yaml that cannot be read needs review', () => {
    expect(said(changed('site/Chart.yaml', chartYaml('grafana', '5.0.0'), 'dependencies: ['))).toBe('unknown T2')
  })

  test('comments change nothing', () => {
    expect(
      said(changed('site/Chart.yaml', chartYaml('grafana', '5.0.0'), `# new\n${chartYaml('grafana', '5.0.0')}`)),
    ).toBe('docs none harmless')
  })
})

describe('bumps of components', () => {
  test('one that carries nothing is no infrastructure', () => {
    expect(said(chart('hub', '1.0.0', '1.9.0'))).toBe('bump T1 harmless')
  })
  test('one that carries another JupyterHub is as dangerous as that', () => {
    expect(said(chart('hub', '1.0.0', '2.0.0'))).toBe('jupyterhub+bump T3')
  })
  test('one of which nobody knows what it carries needs review', () => {
    expect(said(chart('hub', '1.0.0', '3.0.0'))).toBe('unknown+bump T2')
  })
  test('an image is its component wherever the values spell it', () => {
    expect(said(values('a: { image: "quay.io/owner/builder:1" }', 'a: { image: "quay.io/owner/builder:2" }'))).toBe(
      'bump T1 harmless',
    )
    expect(said(values('image: { name: owner/builder, tag: "1" }', 'image: { name: owner/builder, tag: "2" }'))).toBe(
      'bump T1 harmless',
    )
  })
  test('the image of something else is a component', () => {
    expect(said(values('a: { image: "docker:1.0.0" }', 'a: { image: "docker:2.0.0" }'))).toBe('component T3')
  })
})

describe('values', () => {
  test.each([
    ['what people see', 'BinderHub: { banner_message: a }', 'BinderHub: { banner_message: b }', 'content T0 harmless'],
    ['who is let in', 'x: { banned_specs: [a] }', 'x: { banned_specs: [a, b] }', 'content T0 harmless'],
    [
      "what runs in visitors' browsers",
      'extra_footer_scripts: { a: x }',
      'extra_footer_scripts: {}',
      'content T1 harmless',
    ],
    ["the policy's own content", 'hub: { motd: a }', 'hub: { motd: b }', 'content T0 harmless'],
    ['an address', 'traefik: { service: { loadBalancerIP: 1.1.1.1 } }', 'traefik: { service: {} }', 'ingress T3'],
    [
      'longer retention',
      'prometheus: { server: { retention: 15d } }',
      'prometheus: { server: { retention: 5w } }',
      'monitoring T1',
    ],
    [
      'shorter retention',
      'prometheus: { server: { retention: 30d } }',
      'prometheus: { server: { retention: 2w } }',
      'monitoring T3',
    ],
    ['a larger disk', 'db: { persistence: { size: 1Gi } }', 'db: { persistence: { size: 2Gi } }', 'storage T1'],
    ['a smaller disk', 'db: { persistence: { size: 2000Gi } }', 'db: { persistence: { size: 50G } }', 'storage T3'],
    [
      'another class of disk',
      'db: { persistence: { storageClass: a } }',
      'db: { persistence: { storageClass: b } }',
      'storage T3',
    ],
    ['more replicas', 'web: { replicas: 1 }', 'web: { replicas: 3 }', 'capacity T1'],
    ['fewer replicas', 'web: { replicas: 3 }', 'web: { replicas: 1 }', 'capacity T2'],
    [
      'less memory',
      'web: { resources: { limits: { memory: 2Gi } } }',
      'web: { resources: { limits: { memory: 1Gi } } }',
      'capacity T2',
    ],
    ['a quota a little higher', 'c: { pod_quota: 100 }', 'c: { pod_quota: 150 }', 'quota T0'],
    ['a quota of nothing', 'c: { pod_quota: 100 }', 'c: { pod_quota: 0 }', 'quota T1'],
    ['a share of the traffic', 'hosts: { a: { weight: 10 } }', 'hosts: { a: { weight: 0 } }', 'federation T0'],
    ['who may talk to whom', 'networkPolicy: { enabled: true }', 'networkPolicy: { enabled: false }', 'network T2'],
    ['where images are kept', 'c: { image_prefix: a/ }', 'c: { image_prefix: b/ }', 'registry T2'],
    ['a host', 'web: { ingress: { hosts: [a] } }', 'web: { ingress: { hosts: [b] } }', 'ingress T2'],
    ['a setting that nobody knows', 'frobnicate: 1', 'frobnicate: 2', 'configuration T2'],
    [
      'a setting of monitoring that nobody knows',
      'grafana: { frobnicate: 1 }',
      'grafana: { frobnicate: 2 }',
      'monitoring T1',
    ],
  ])('%s', (_, before, after, expected) => {
    expect(said(values(before, after))).toBe(expected)
  })

  test("values below an alias are the aliased chart's, also where its Chart.yaml does not change", () => {
    const charts = [chartYaml('traefik', '1.0.0', '    alias: front\n')]
    const files = [values('front: { frobnicate: 1 }', 'front: { frobnicate: 2 }')]
    expect(classifyChange({ files, complete: true, charts }, context).kinds).toEqual(['ingress'])
  })

  test('what only looks the same is not: what is a word to one program is true to another', () => {
    expect(said(values('a: on # why\nb: 1\n', '# because\nb: 1\na: on\n'))).toBe('docs none harmless')
    expect(said(values('a: on\n', 'a: "on"\n'))).toBe('configuration T1')
    expect(said(values('a: 1_000\n', "a: '1_000'\n"))).toBe('configuration T1')
  })

  test('only entries of a ban list inside a script are content, other lines of it are not', () => {
    const script = (entries: string, rest = '') =>
      `hub:\n  extraConfig: |\n    c.P.banned_specs = [\n${entries}    ]\n${rest}`
    const one = "      '^a/.*',\n"
    expect(said(values(script(one), script(`${one}      '^b/.*',  # miner\n`)))).toBe('content T0 harmless')
    expect(said(values(script(one), script(one, '    import os\n')))).toBe('configuration T2')
    expect(said(values(script(one), script(`      # miners\n${one}`)))).toBe('configuration T1')
    const other = script(one).replace('banned_specs', 'admins')
    expect(said(values(other, other.replace(one, `${one}      'eve',\n`)))).toBe('configuration T2')
  })

  test('a cluster comes or goes with its own values file', () => {
    const text = 'traefik: { service: { loadBalancerIP: 1.1.1.1 } }'
    expect(said(changed('config/new.yaml', undefined, text))).toBe('kubernetes T2')
    expect(said(changed('config/new.yaml', text, undefined))).toBe('kubernetes T3')
    // What every cluster gets is no cluster.
    expect(said(changed('config/common.yaml', undefined, text))).toBe('ingress T3')
  })

  test('an encrypted file that the policy does not sort is a credential', () => {
    const unread = { state: 'unread' } as const
    expect(said({ path: 'secrets/config/primary.yaml', before: unread, after: unread })).toBe('credentials T2')
    expect(said({ path: 'secrets/bans.txt', before: unread, after: unread })).toBe('content T0 harmless')
    expect(said({ path: 'config/primary.yaml', before: unread, after: unread })).toBe('unknown T2')
  })
})

describe('other files', () => {
  test.each([
    ['docs/index.md', 'docs none harmless'],
    ['README.md', 'docs none harmless'],
    ['tests/test_site.py', 'tests T0 harmless'],
    ['config/stand-in.yaml', 'tests T0 harmless'],
    ['images/web/app.py', 'application T1 harmless'],
    ['.github/workflows/deploy.yml', 'workflows T1 harmless'],
    ['.github/deploy-policy.yml', 'policy T2'],
    ['.github/CODEOWNERS', 'policy T2'],
    ['deploy.py', 'toolchain T2'],
    ['terraform/node-pool.tf', 'capacity T2'],
    ['site/crds/things.yaml', 'crds T3'],
    ['site/.helmignore', 'application T1 harmless'],
    ['what.is.this', 'unknown T2'],
  ])('%s', (path, expected) => {
    expect(said(changed(path, 'a: 1\n', 'a: 2\n'))).toBe(expected)
  })

  test.each([
    ['kind: Deployment', 'application T1 harmless'],
    ['kind: Ingress', 'ingress T2'],
    ['kind: PersistentVolumeClaim', 'storage T3'],
    ['kind: Deployment\n---\nkind: ClusterRole', 'credentials+application T2'],
  ])("a chart's own template with %s, whatever it is called", (text, expected) => {
    expect(said(changed('site/templates/deployment.yaml', `${text}\na: 1\n`, `${text}\na: 2\n`))).toBe(expected)
  })

  test('a program that deploys is seen in a workflow, a pinned action is not one', () => {
    const workflow = (line: string) => changed('.github/workflows/cd.yml', 'on: push\n', `on: push\n${line}\n`)
    expect(said(workflow('  curl https://get.helm.sh/helm-v3.1.0.tar.gz'))).toBe('toolchain+workflows T2')
    expect(said(workflow('  - uses: azure/setup-helm@abc # v4.2.0'))).toBe('workflows T1 harmless')
    expect(said(workflow('  kubectl apply -f crds.yaml'))).toBe('crds+workflows T3')
  })

  test('a pinned cert-manager is a component', () => {
    const env = (version: string) => `CERT_MANAGER_VERSION=${version}\n`
    expect(said(changed('cert-manager.env', env('v1.8.0'), env('v1.9.0')))).toBe('ingress T2')
    expect(said(changed('door.env', env('v1.8.0'), env('v1.9.0')))).toBe('door T1')
  })

  test.each([
    ['1.30.1', '1.30.2', 'capacity+kubernetes T2', undefined],
    ['1.30.1', '1.31.0', 'kubernetes+capacity T3', undefined],
    ['1.30.1', '1.32.0', 'kubernetes+capacity T3', true],
    ['1.30.1', '1.29.9', 'kubernetes+capacity T3', true],
  ])('Kubernetes from %s to %s', (from, to, expected, never) => {
    const file = changed('terraform/a.tf', `kubernetes_version = "${from}"\n`, `kubernetes_version = "${to}"\n`)
    expect(said(file)).toBe(expected)
    expect(judge(file).findings[0]?.never).toBe(never)
  })

  test('a link, and a list that is cut off, are not known', () => {
    expect(said({ path: 'docs/a.md', before: { state: 'none' }, after: { state: 'odd' } })).toBe('unknown T2')
    const files = [changed('docs/a.md', 'a', 'b')]
    expect(classifyChange({ files, complete: false }, context)).toMatchObject({ tier: 'T2', infrastructure: true })
  })

  test('a workflow cannot be made content by the policy', () => {
    const kinds = [{ name: 'content', charts: [], files: ['**'], values: [], tier: 'T0' as const }]
    const own = { ...context, policy: { ...context.policy, changeClasses: kinds } }
    const tierOf = (path: string) => classifyChange({ files: [changed(path, 'a', 'b')], complete: true }, own).tier
    expect([tierOf('.github/workflows/a.yml'), tierOf('.github/deploy-policy.yml'), tierOf('x')]).toEqual([
      'T1',
      'T2',
      'T0',
    ])
  })
})

describe('several kinds', () => {
  const samples = [
    chart('traefik', '1.0.0', '2.0.0'),
    chart('hub', '1.0.0', '1.1.0'),
    values('web: { replicas: 3 }', 'web: { replicas: 1 }', 'config/primary.yaml'),
    values('x: { banned_specs: [a] }', 'x: { banned_specs: [b] }', 'config/staging.yaml'),
    changed('docs/a.md', 'a', 'b'),
    changed('terraform/a.tf', 'a', 'b'),
    changed('what.is.this', 'a', undefined),
    changed('.github/workflows/a.yml', 'a', 'b'),
  ]

  test('a file more never lowers the tier, nor makes infrastructure harmless', () => {
    const order = ['none', 'T0', 'T1', 'T2', 'T3']
    const some = samples.flatMap((one, index) => [[one], ...samples.slice(index + 1).map((other) => [one, other])])
    for (const files of [[], ...some]) {
      const alone = judge(...files)
      for (const more of samples) {
        const both = judge(...files, more)
        expect(order.indexOf(both.tier)).toBeGreaterThanOrEqual(order.indexOf(alone.tier))
        expect(both.infrastructure || !alone.infrastructure).toBe(true)
      }
    }
  })

  test('what would be easier alone is said', () => {
    const split = judge(...samples.slice(0, 4)).split
    expect(split).toBe(
      'Only ingress needs T3. The rest (capacity, bump, content) would need less in a separate pull request.',
    )
    expect(judge(...samples.slice(4, 5)).split).toBeUndefined()
  })
})
