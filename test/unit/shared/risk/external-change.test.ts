import { expect, test } from 'vitest'
import type { ClusterHealth } from '../../../../shared/kube/health.js'
import {
  classifyExternalChange,
  type ExternalChange,
  externalChangeDigest,
  linkedPullRequestOf,
} from '../../../../shared/risk/external-change.js'
import { afterProblems, beforeProblems } from '../../../../shared/risk/external-change-health.js'

const change: ExternalChange = {
  ...{ kind: 'kubernetes', cluster: 'prod', from: '1.30.8', to: '1.31.4' },
  ...{ plan: 'In the console.', window: '', 'linked-pull-request': '' },
}

test.each([
  ['1.30.8', '1.30.9', 'T2', undefined],
  ['1.30.8', '1.31.4', 'T3', undefined],
  ['v1.30', 'v1.31', 'T3', undefined],
  ['1.30.8+k3s1', '1.31.4+k3s2', 'T3', undefined],
  ['1.29.8', '1.31.4', 'T3', true],
  ['1.31.4', '1.30.8', 'T3', true],
  ['1.31.4', '1.31.3', 'T3', true],
])('Kubernetes from %s to %s: %s', (from, to, tier, never) => {
  const [finding] = classifyExternalChange({ ...change, from, to }, { changeClasses: [] }).findings
  expect([finding?.kind, finding?.tier, finding?.never]).toEqual(['kubernetes', tier, never])
})

test.each(['', 'latest', '1', '1.31.4; x', 'stable-1.31'])(
  'a version of Kubernetes that is none is refused: %j',
  (to) => {
    expect(() => classifyExternalChange({ ...change, to }, { changeClasses: [] })).toThrow(
      'is not a Kubernetes version',
    )
  },
)

test('the policy may say another tier for a kind, but nothing makes right what is never allowed', () => {
  const kinds = ['kubernetes', 'nodes'].map((name) => ({
    name,
    charts: [],
    files: [],
    values: [],
    tier: 'T1' as const,
  }))
  const tierOf = (some: Partial<ExternalChange>) =>
    classifyExternalChange({ ...change, ...some }, { changeClasses: kinds })
  expect(tierOf({ kind: 'nodes' }).tier).toBe('T1')
  expect(tierOf({}).tier).toBe('T1')
  expect(tierOf({ to: '1.29.0' })).toMatchObject({ tier: 'T3', findings: [{ never: true }] })
  expect(tierOf({ kind: 'storage' }).tier).toBe('T3')
  expect(tierOf({ kind: 'other' })).toMatchObject({ tier: 'T2', kinds: ['unknown'] })
})

test('an approval is for every word of the form', () => {
  for (const [field, value] of Object.entries({
    kind: 'nodes',
    cluster: 'x',
    from: 'x',
    to: 'x',
    plan: 'x',
    window: 'x',
  })) {
    expect(externalChangeDigest({ ...change, [field]: value })).not.toBe(externalChangeDigest(change))
  }
})

const health: ClusterHealth = {
  server: 'v1.30.8-gke.1',
  nodes: [{ name: 'n1', version: 'v1.30.8', ready: true }],
  unavailable: [],
  workloads: [{ name: 'prod/Deployment/hub', ready: true }],
}

test.each<[string, Partial<ClusterHealth>]>([
  ['prod has Kubernetes v1.29.1, but the change starts from 1.30.8', { server: 'v1.29.1' }],
  ['node n1 is not ready', { nodes: [{ name: 'n1', version: 'v1.30.8', ready: false }] }],
  ['there is no node', { nodes: [] }],
  ['API service v1beta1.metrics does not answer', { unavailable: ['v1beta1.metrics'] }],
  ['prod/Deployment/hub is not ready', { workloads: [{ name: 'prod/Deployment/hub', ready: false }] }],
  [
    'node n2 has v1.27.2, 4 minor versions behind the API server (1.31.4)',
    { nodes: [...health.nodes, { name: 'n2', version: 'v1.27.2', ready: true }] },
  ],
  [
    'kubectl v1.29.0 is more than one minor version away from the API server (1.31.4): install another version',
    { kubectl: 'v1.29.0' },
  ],
  ['Helm v3.15.0 supports Kubernetes up to 1.30, not 1.31.4: install a newer version', { helm: 'v3.15.0' }],
])('an upgrade does not begin: %s', (problem, differs) => {
  expect(beforeProblems(change, { ...health, ...differs })).toEqual([problem])
})

test('what is broken may be what another change mends', () => {
  const ill = { ...health, nodes: [], unavailable: ['x'] }
  expect(beforeProblems(change, health)).toEqual([])
  expect(beforeProblems({ ...change, kind: 'nodes' }, ill)).toEqual([])
})

const after: ClusterHealth = { ...health, server: 'v1.31.4', nodes: [{ name: 'n1', version: 'v1.31.4', ready: true }] }

test.each<[string, Partial<ClusterHealth>]>([
  ['prod has Kubernetes v1.31.3, not 1.31.4', { server: 'v1.31.3' }],
  [
    'node n2 has v1.32.0, newer than the API server (v1.31.4)',
    { nodes: [{ name: 'n2', version: 'v1.32.0', ready: true }] },
  ],
  [
    'node n1 has v1.27.9, 4 minor versions behind the API server (v1.31.4)',
    { nodes: [{ name: 'n1', version: 'v1.27.9', ready: true }] },
  ],
  ['node n1 has ?, which cannot be compared with v1.31.4', { nodes: [{ name: 'n1', version: '?', ready: true }] }],
  ['node n1 is not ready', { nodes: [{ name: 'n1', version: 'v1.31.4', ready: false }] }],
  ['prod/Deployment/hub is gone', { workloads: [] }],
  ['API service v1beta1.metrics does not answer', { unavailable: ['v1beta1.metrics'] }],
])('an upgrade did not go well: %s', (problem, differs) => {
  expect(afterProblems(change, health, { ...after, ...differs })).toEqual([problem])
})

test('afterwards it must be no worse than before; kubelets may be three minor versions behind', () => {
  const ill = { ...health, unavailable: ['x'] }
  expect(afterProblems(change, health, after)).toEqual([])
  expect(afterProblems({ ...change, kind: 'storage' }, ill, ill)).toEqual([])
  const nodes = [{ name: 'n1', version: 'v1.28.0', ready: true }]
  expect(afterProblems(change, health, { ...after, nodes })).toEqual([])
})

test.each([
  ['#12', 12],
  ['https://github.com/acme/deploy/pull/12', 12],
  ['', undefined],
  ['#12 and #13', undefined],
  ['#0', undefined],
  ['the forum', undefined],
])('with %j goes the pull request %s', (linked, number) => {
  expect(linkedPullRequestOf({ 'linked-pull-request': linked })).toBe(number)
  const [finding] = classifyExternalChange({ ...change, 'linked-pull-request': linked }, { changeClasses: [] }).findings
  expect(finding?.linkedPullRequest).toBe(number === undefined ? undefined : true)
})
