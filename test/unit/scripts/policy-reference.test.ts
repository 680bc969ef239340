import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { policyExamples } from '../../../scripts/policy-examples.js'
import { policyKeys, policyReference } from '../../../scripts/policy-reference.js'
import { jsonSchemaText } from '../../../shared/policy/json-schema.js'
import { parsePolicy } from '../../../shared/policy/policy.js'
import { getPath } from '../../../shared/yaml/get-path.js'

type Yaml = Record<string, unknown>

const minimal = `version: 1
operators: [ada]
apps: { gate: { id: 1, bot: 90000001 }, bump: { id: 2, bot: 90000002 } }
releases: { web: {} }
clusters: { one: { wave: primary } }
components: { hub: { upstream: a/b, chart: "a/Chart.yaml#hub" } }
`

const names: Record<string, string> = { releases: 'web', clusters: 'one', components: 'hub', 'change-classes': 'class' }

/** The minimal policy with an example where it belongs. */
function withExample(path: string): string {
  const policy: Yaml = parse(minimal)
  // A check that uses {host} needs it on every cluster.
  if (/^smoke-tests|version-endpoint/.test(path)) policy.host = 'ingress.host'
  if (path.startsWith('smoke-tests.')) policy['smoke-tests'] = [{ http: 'https://{host}/health' }]
  const { yaml, beside = '' } = policyExamples[path] ?? { yaml: '' }
  const keys = path.split('.').slice(0, -1)
  const at = keys.map((key, index) => {
    if (key === 'NAME') return names[keys[index - 1] ?? ''] ?? ''
    return key === 'TIER' ? 'T3' : key === '[]' ? '0' : key
  })
  const map = at.reduce<Yaml>((above, key) => {
    above[key] ??= {}
    return above[key] as Yaml
  }, policy)
  // An item or entry is one of a kind: what the minimal policy has there would not go with every key.
  if (beside !== '' || keys.at(-1) === '[]') for (const key of Object.keys(map)) delete map[key]
  Object.assign(map, parse(`${beside}\n`) ?? {}, parse(yaml))
  return stringify(policy)
}

test('every key of the JSON Schema is on the page, with an example', () => {
  const inSchema = new Set<string>()
  JSON.parse(jsonSchemaText(), (key, value) => {
    if (key === 'properties') for (const name of Object.keys(value)) inSchema.add(name.replace(/^T\d$/, 'TIER'))
    return value
  })
  const keys = policyKeys().map(({ path }) => path)
  expect([...new Set(keys.map((path) => path.split('.').at(-1)))].toSorted()).toEqual([...inSchema].toSorted())
  expect(Object.keys(policyExamples).toSorted()).toEqual(keys.toSorted())
  for (const path of keys) expect(policyReference()).toContain(`| \`${path.replaceAll('.[]', '[]')}\` |`)
})

test.each(Object.keys(policyExamples))('the example of %s is of this key, and the parser takes it', (path) => {
  const name = path.split('.').at(-1)?.replace('TIER', 'T') ?? ''
  const shown = Object.keys(parse(policyExamples[path]?.yaml ?? ''))
  expect(shown).toEqual([expect.stringMatching(path.endsWith('TIER') ? /^T[0-3]$/ : new RegExp(`^${name}$`))])
  expect(() => parsePolicy(withExample(path))).not.toThrow()
})

test('an example with a wrong value, or in a wrong place, would be noticed', () => {
  const text = withExample('releases.NAME.timeout')
  expect(getPath(parse(text), 'releases', 'web', 'timeout')).toBe('15m')
  expect(() => parsePolicy(text.replace('15m', 'soon'))).toThrow('releases.web.timeout')
})

test('every key has a type, a default and a meaning', () => {
  for (const key of policyKeys()) for (const text of Object.values(key)) expect(text, key.path).not.toBe('')
  const byPath = Object.fromEntries(policyKeys().map((key) => [key.path, key]))
  expect(byPath['components.NAME.wait']).toMatchObject({ type: 'duration', default: '`20m`' })
  expect(byPath['components.NAME.upstream']).toMatchObject({ type: 'owner/name', default: '**required**' })
  expect(byPath['clusters.NAME.wave']?.type).toBe('`staging`, `canary`, `primary`, `rest`')
  expect(byPath['smoke-tests.[].url']?.default).toBe('https://{host} for BinderHub')
  expect(byPath['components.NAME.checks']?.meaning).not.toContain('Default:')
})
