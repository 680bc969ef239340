import { expect, test } from 'vitest'
import { dangersIn } from '../../../../shared/render/dangers.js'
import { objectOf, sides, workload } from '../../../fixtures/renderings.js'

const kinds = (before: unknown[], after: unknown[]) =>
  dangersIn(sides(before, after).changes, 'hub').map(({ kind }) => kind)

const claim = (storage: string, more: object = {}) =>
  objectOf('v1', 'PersistentVolumeClaim', { spec: { resources: { requests: { storage } }, ...more } })
const kept = (object: object) => ({
  ...object,
  metadata: { name: 'hub', annotations: { 'helm.sh/resource-policy': 'keep' } },
})
const crd = (...served: string[]) =>
  objectOf('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
    spec: {
      group: 'x.io',
      scope: 'Namespaced',
      versions: ['v1', 'v2'].map((name) => ({ name, served: served.includes(name) })),
    },
  })
const balancer = (spec: object = {}, annotations: object = {}) => ({
  ...objectOf('v1', 'Service', { spec: { type: 'LoadBalancer', ...spec } }),
  metadata: { name: 'hub', annotations },
})
const stateful = (storage: string) =>
  workload('StatefulSet', 'x', {
    volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { resources: { requests: { storage } } } }],
  })
const prometheus = (flag: string) =>
  workload('Deployment', 'x', { template: { spec: { containers: [{ name: 'p', args: [flag] }] } } })

test.each<[string, unknown[], unknown[], string[]]>([
  ['a claim is deleted', [claim('1Gi')], [], ['volume-deleted']],
  ['a claim is dropped from the chart, but kept', [kept(claim('1Gi'))], [], []],
  ['a claim shrinks', [claim('1Gi')], [claim('500Mi')], ['storage-shrunk', 'volume-changed']],
  ['a claim grows', [claim('1Gi')], [claim('2Gi')], ['volume-changed']],
  ['the same size is written in another way', [claim('1Gi')], [claim('1024Mi')], ['volume-changed']],
  [
    'a claim goes to another class',
    [claim('1Gi')],
    [claim('1Gi', { storageClassName: 'ssd' })],
    ['volume-changed', 'immutable-field'],
  ],
  ['claims of a StatefulSet shrink', [stateful('2Gi')], [stateful('1Gi')], ['storage-shrunk', 'immutable-field']],
  ['a namespace is deleted', [objectOf('v1', 'Namespace')], [], ['namespace-deleted']],
  ['a CRD is deleted', [crd('v1')], [], ['crd-deleted']],
  ['a CRD serves a version no more', [crd('v1', 'v2')], [crd('v2')], ['crd-version-dropped']],
  ['a CRD serves one more', [crd('v1')], [crd('v1', 'v2')], []],
  ['a load balancer is deleted', [balancer()], [], ['address-changed']],
  ['a load balancer becomes internal', [balancer()], [balancer({ type: 'ClusterIP' })], ['address-changed']],
  [
    'its address changes',
    [balancer({ loadBalancerIP: '192.0.2.1' })],
    [balancer({ loadBalancerIP: '192.0.2.2' })],
    ['address-changed'],
  ],
  [
    'its address changes by annotation',
    [balancer({}, { 'x.io/load-balancer-ip': 'a' })],
    [balancer({}, { 'x.io/load-balancer-ip': 'b' })],
    ['address-changed'],
  ],
  ['its ports change', [balancer({ ports: [{ port: 1 }] })], [balancer({ ports: [{ port: 2 }] })], []],
  [
    'retention is lowered',
    [prometheus('--storage.tsdb.retention.time=30d')],
    [prometheus('--storage.tsdb.retention.time=2w')],
    ['retention-lowered'],
  ],
  [
    'retention is raised',
    [prometheus('--storage.tsdb.retention.time=30d')],
    [prometheus('--storage.tsdb.retention.time=1y')],
    [],
  ],
  [
    'a Secret changes',
    [objectOf('v1', 'Secret', { data: { a: 'x' } })],
    [objectOf('v1', 'Secret', { data: { a: 'y' } })],
    [],
  ],
])('%s', (_, before, after, expected) => {
  expect(kinds(before, after)).toEqual(expected)
})

test('a hook is never a danger: it is deleted and created with every upgrade', () => {
  const hook = (name: string) => ({
    ...claim('1Gi'),
    metadata: { name, annotations: { 'helm.sh/hook': 'pre-upgrade' } },
  })
  expect(kinds([hook('a')], [hook('b')])).toEqual([])
})
