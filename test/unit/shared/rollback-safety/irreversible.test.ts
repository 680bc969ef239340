import { describe, expect, test } from 'vitest'
import { resourcesIn } from '../../../../shared/render/resources.js'
import {
  claimsOf,
  irreversibleChanges,
  keptData,
  liveKey,
  type ReleaseComparison,
} from '../../../../shared/rollback-safety/irreversible.js'
import { getPath, getText, readYaml } from '../../../../shared/yaml/get-path.js'

const claim = (size: string, more = '') => `apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data, namespace: hub${more} }
spec: { resources: { requests: { storage: ${size} } } }
`
const crd = (versions: string[], status = '') => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: things.example.org }
spec: { versions: [${versions.map((name) => `{ name: ${name} }`).join(', ')}] }
${status}`
const statefulSet = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  replicas: 2
  volumeClaimTemplates: [{ metadata: { name: data }, spec: { resources: { requests: { storage: 2Gi } } } }]
`
const claimOfSet = (name: string) => claim('2Gi').replace('name: data', `name: ${name}`)
const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: builds }\n'
const thing = 'apiVersion: example.org/v1\nkind: Thing\nmetadata: { name: one }\n'
const deployment = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\n'

const resources = (text: string) => [...resourcesIn(Buffer.from(text), 'hub').resources.values()]

function facts(
  { target = '', since = '', live = '', served = '' },
  databaseSchema: ReleaseComparison['databaseSchema'] = [],
) {
  const objects = live
    .split(/^---$/m)
    .map(readYaml)
    .filter((object) => object !== undefined && object !== null)
  return {
    namespace: 'hub',
    target: resources(target),
    since: resources(since),
    live: new Map(
      objects.map((object) => [
        liveKey(
          getText(object, 'kind') ?? '',
          getText(object, 'metadata', 'namespace') ?? 'hub',
          getText(object, 'metadata', 'name') ?? '',
        ),
        object,
      ]),
    ),
    served: served === '' ? undefined : new Set(served.split(' ')),
    databaseSchema,
  } satisfies ReleaseComparison
}

describe('what cannot be undone', () => {
  test.each<[string, Parameters<typeof facts>[0], string[]]>([
    ['nothing that holds data is concerned', { target: deployment }, []],
    ['the same claim', { target: claim('1Gi'), live: claim('1Gi') }, []],
    ['a claim that grows again', { target: claim('2Gi'), live: claim('1Gi') }, []],
    [
      'a claim that was made larger',
      { target: claim('1024Mi'), live: claim('2Gi') },
      ['PersistentVolumeClaim data requests more storage now than before; volumes cannot shrink.'],
    ],
    [
      'a claim that is gone',
      { target: claim('1Gi') },
      ['PersistentVolumeClaim data is gone: a new one would be empty.'],
    ],
    [
      'a claim that waits for its last pod before it goes',
      { target: claim('1Gi'), live: claim('1Gi', ', deletionTimestamp: "2026-01-01T00:00:00Z"') },
      ['PersistentVolumeClaim data is being deleted: a new one would be empty.'],
    ],
    ['a namespace that is gone', { target: namespace }, ['Namespace builds is gone: a new one would be empty.']],
    ['a namespace that is there', { target: namespace, live: namespace }, []],
    [
      'a StatefulSet that is gone, and its claims are there',
      { target: statefulSet, live: `${claimOfSet('data-db-0')}---\n${claimOfSet('data-db-1')}` },
      [],
    ],
    [
      'a StatefulSet that is gone with one of its claims',
      { target: statefulSet, live: claimOfSet('data-db-0') },
      ['StatefulSet db is gone, and so is its volume claim data-db-1: a new one would be empty.'],
    ],
    [
      'a StatefulSet whose claims were made larger',
      { target: statefulSet, live: statefulSet.replace('2Gi', '3Gi') },
      ['StatefulSet db requests more storage now than before; volumes cannot shrink.'],
    ],
    [
      'a CRD whose objects are stored in a version that it did not know',
      { target: crd(['v1']), live: crd(['v1', 'v2'], 'status: { storedVersions: [v1, v2] }') },
      [
        'CustomResourceDefinition things.example.org: objects are stored as v2, which the old definition does not have.',
      ],
    ],
    [
      'a CRD with a newer version that nothing is stored in',
      { target: crd(['v1']), live: crd(['v1', 'v2'], 'status: { storedVersions: [v1] }') },
      [],
    ],
    [
      'an object of a version that is served no more',
      { target: thing, served: 'v1 apps/v1 example.org/v2' },
      ['Thing one uses example.org/v1, which the cluster no longer serves.'],
    ],
    ['an object of a version that is served', { target: thing, served: 'example.org/v1' }, []],
  ])('%s', (_, given, expected) => {
    expect(irreversibleChanges(facts(given))).toEqual(expected)
  })

  test('a database that was migrated', () => {
    const found = irreversibleChanges(
      facts({}, [
        { path: 'app.schema', same: false },
        { path: 'hub.schema', same: true },
      ]),
    )
    expect(found).toEqual([expect.stringMatching(/^app\.schema shows that the database was migrated/)])
  })
})

describe('what came since, holds data and is kept', () => {
  test.each<[string, Parameters<typeof facts>[0], string[]]>([
    ['a claim', { since: claim('1Gi'), live: claim('1Gi') }, ['data']],
    [
      'a namespace and a CRD',
      { since: `${namespace}---\n${crd(['v1'])}`, live: `${namespace}---\n${crd(['v1'])}` },
      ['builds', 'things.example.org'],
    ],
    ['no claim that was never made', { since: claim('1Gi') }, []],
    [
      'no claim that goes already',
      { since: claim('1Gi'), live: claim('1Gi', ', deletionTimestamp: "2026-01-01T00:00:00Z"') },
      [],
    ],
    ['nothing that holds no data', { since: deployment, live: deployment }, []],
    [
      'nothing that is marked already',
      { since: claim('1Gi'), live: claim('1Gi', ', annotations: { helm.sh/resource-policy: keep }') },
      [],
    ],
  ])('%s', (_, given, expected) => {
    expect(keptData(facts(given)).map(({ name }) => name)).toEqual(expected)
  })
})

test('a StatefulSet names a claim for each replica and template, one where it names no number', () => {
  expect(claimsOf(readYaml(statefulSet))).toEqual(['data-db-0', 'data-db-1'])
  const one = readYaml(statefulSet.replace('replicas: 2', 'ordinals: { start: 3 }'))
  expect(getPath(one, 'spec', 'replicas')).toBeUndefined()
  expect(claimsOf(one)).toEqual(['data-db-3'])
})
