import { expect, test } from 'vitest'
import { versionSkew } from '../../../../shared/risk/version-skew.js'

const nodes = (...versions: string[]) =>
  versions.map((version, index) => ({ name: `n${index + 1}`, version, ready: true }))

test.each<[string, Parameters<typeof versionSkew>[1]]>([
  ['1.31', { nodes: nodes('v1.31.0', 'v1.28.9-gke.1') }],
  ['v1.31.4', { nodes: nodes('v1.31.9'), kubectl: 'v1.32.0', helm: 'v3.16.0' }],
  ['1.31.4+k3s1', { nodes: [], kubectl: 'v1.30.0', helm: 'v3.19.2' }],
  ['1.34.0', { nodes: [], helm: 'v4.0.0' }],
  ['1.40.0', { nodes: [], helm: 'v5.0.0' }],
])('with %s goes %j', (api, found) => {
  expect(versionSkew(api, found)).toEqual([])
})

test.each<[string, string, Parameters<typeof versionSkew>[1]]>([
  ['node n1 has v1.27.9, 4 minor versions behind the API server (1.31)', '1.31', { nodes: nodes('v1.27.9') }],
  ['node n2 has v1.32.0, newer than the API server (1.31.4)', '1.31.4', { nodes: nodes('v1.31.0', 'v1.32.0') }],
  ['node n1 has ?, which cannot be compared with 1.31.4', '1.31.4', { nodes: nodes('?') }],
  [
    'kubectl v1.33.1 is more than one minor version away from the API server (1.31.4): install another version',
    '1.31.4',
    { nodes: [], kubectl: 'v1.33.1' },
  ],
  [
    'kubectl v1.29.0 is more than one minor version away from the API server (1.31.4): install another version',
    '1.31.4',
    { nodes: [], kubectl: 'v1.29.0' },
  ],
  [
    'Helm v3.15.4 supports Kubernetes up to 1.30, not 1.31.4: install a newer version',
    '1.31.4',
    { nodes: [], helm: 'v3.15.4' },
  ],
])('%s', (problem, api, found) => {
  expect(versionSkew(api, found)).toEqual([problem])
})
