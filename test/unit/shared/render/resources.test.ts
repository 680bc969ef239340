import { describe, expect, test } from 'vitest'
import { changesBetween } from '../../../../shared/render/changes.js'
import { documentsIn } from '../../../../shared/render/documents.js'
import { headerOf } from '../../../../shared/render/header.js'
import { resourcesIn } from '../../../../shared/render/resources.js'
import { writeYaml } from '../../../../shared/yaml/get-path.js'

const documents = (text: string) => [...documentsIn(Buffer.from(text))].map(({ text, source }) => ({ text, source }))
const renderingOf = (text: string) => resourcesIn(Buffer.from(text), 'hub')

describe('documents', () => {
  test('are split at markers, with the template that each comes from', () => {
    const text =
      '---\n# Source: a/templates/x.yaml\nkind: A\n--- # next\nkind: B\n\n---\n# Source: a/templates/y.yaml\n# nothing\n\n---'
    expect(documents(text)).toEqual([
      { text: 'kind: A', source: 'a/templates/x.yaml' },
      { text: 'kind: B', source: undefined },
    ])
  })

  test('keep what looks like a marker inside a text, and a comment that is content', () => {
    const text = 'kind: ConfigMap\ndata:\n  x: |\n    ---\n    # Source: not/a/template\n'
    expect(documents(text)).toEqual([{ text: text.trimEnd(), source: undefined }])
  })

  test('of thousands of blank lines take no time', () => {
    expect(documents(`---\n${'\n \n'.repeat(50_000)}x`)).toHaveLength(1)
  })
})

const written = (metadata: string): string => `apiVersion: apps/v1\nkind: Deployment\n${metadata}\nspec: {}\n`

describe('the head of a document', () => {
  const expected = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'hub', namespace: 'there', hook: undefined }

  test.each([
    ['plainly', written('metadata:\n  name: hub\n  namespace: there')],
    [
      'with quotes and comments',
      written('metadata: # m\n  namespace: "there"  # n\n  labels:\n    name: not-this\n  name: \'hub\''),
    ],
    [
      'with blank lines and deep indent',
      written('metadata:\n\n      labels: {name: other}\n      name: hub\n\n      namespace: there'),
    ],
    ['as flow', written('metadata: {name: hub, namespace: there}')],
    ['with quoted keys', written('metadata:\n  "name": hub\n  "namespace": there')],
    ['with a key given twice', written('metadata:\n  name: first\n  namespace: there\n  name: hub')],
    ['with a folded name', written('metadata:\n  namespace: there\n  name: >-\n    hub')],
    ['as JSON', '{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "hub", "namespace": "there"}}'],
    [
      'at the end',
      'spec:\n  kind: Other\n  metadata:\n    name: inner\nkind: Deployment\napiVersion: apps/v1\nmetadata:\n  name: hub\n  namespace: there',
    ],
  ])('is read where it is written %s', (_, text) => {
    expect(headerOf(text)).toEqual(expected)
  })

  test('names the events of a hook, but not of a text about hooks', () => {
    const hook = written(
      'metadata:\n  name: hub\n  namespace: there\n  annotations:\n    "helm.sh/hook": pre-upgrade,pre-install',
    )
    expect(headerOf(hook)).toEqual({ ...expected, hook: 'pre-upgrade,pre-install' })
    const text = written('metadata:\n  name: hub\n  namespace: there\n  annotations:\n    note: "see helm.sh/hook: x"')
    expect(headerOf(text)).toEqual(expected)
  })

  test.each(['hello', 'kind: A', 'apiVersion: v1\nkind: A\nmetadata: {}', ': : :'])('is nothing for %j', (text) => {
    expect(headerOf(text)).toBeUndefined()
  })
})

const configMap = (name: string, data = 'a', metadata = '') =>
  `---\n# Source: c/templates/${name}.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}${metadata}\ndata: {x: ${data}}\n`

describe('resources', () => {
  test('without a namespace are in that of the release', () => {
    const { resources } = renderingOf(configMap('a') + configMap('b', 'x', '\n  namespace: other'))
    expect([...resources.keys()]).toEqual(['|ConfigMap|hub|a', '|ConfigMap|other|b'])
  })

  test('are the same in another version of their API', () => {
    const of = (version: string) =>
      renderingOf(`apiVersion: policy/${version}\nkind: PodDisruptionBudget\nmetadata: {name: a}\n`)
    expect([...of('v1').resources.keys()]).toEqual([...of('v1beta1').resources.keys()])
  })

  test('that are rendered twice are told, and the last one counts', () => {
    const { resources, duplicates } = renderingOf(
      configMap('a', 'first') + configMap('a', 'second') + configMap('a', 'third'),
    )
    expect(duplicates).toEqual(['|ConfigMap|hub|a'])
    expect(resources.get('|ConfigMap|hub|a')?.object()).toMatchObject({ data: { x: 'third' } })
  })

  test('of a list are taken apart; what has no name is told with its template', () => {
    const items = [
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } },
      { apiVersion: 'v1', kind: 'Service', metadata: {} },
    ]
    const list = `---\n# Source: c/templates/list.yaml\n${writeYaml({ apiVersion: 'v1', kind: 'List', items })}`
    const { resources, unknown } = renderingOf(list)
    expect([...resources.keys()]).toEqual(['|Service|hub|a'])
    expect(unknown).toEqual(['c/templates/list.yaml'])
  })
})

test('what is the same is no change, whatever its place or its template', () => {
  const base = renderingOf(configMap('a') + configMap('b') + configMap('gone'))
  const head = renderingOf(
    configMap('new') + configMap('b', 'other') + configMap('a').replace('# Source: c/', '# Source: d/'),
  )
  expect(changesBetween(base, head).map(({ kind, before, after }) => [kind, (after ?? before)?.name])).toEqual([
    ['added', 'new'],
    ['changed', 'b'],
    ['removed', 'gone'],
  ])
})
