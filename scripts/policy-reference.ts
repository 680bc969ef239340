import { z } from 'zod'
import * as format from '../shared/policy/formats.js'
import { jsonSchema } from '../shared/policy/json-schema.js'
import { allTiers } from '../shared/policy/types.js'
import { tableCell } from './action-docs.js'
import { policyExamples } from './policy-examples.js'

/** A part of the JSON Schema, as far as the page reads it. */
interface Schema {
  type?: string
  description?: string
  default?: unknown
  const?: unknown
  enum?: string[]
  pattern?: string
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  additionalProperties?: Schema | boolean
}

export interface PolicyKey {
  /** `NAME` is a name that the policy chooses, `TIER` is T0 to T3, `[]` an item of a list. */
  path: string
  type: string
  /** Markdown; `**required**` where the key must be there. */
  default: string
  meaning: string
}

/** What people call a text of these formats; the JSON Schema only has their patterns. */
const texts: [z.ZodType, string][] = [
  [format.durationFormat, 'duration'],
  [format.daysFormat, 'days'],
  [format.hoursFormat, 'hours'],
  [format.filePath, 'path'],
  [format.globFormat, 'glob'],
  [format.clusterGlob, 'glob'],
  [format.valuesPath, 'path in values'],
  [format.nameWithCluster, 'Kubernetes name'],
  [format.repositoryFormat, 'owner/name'],
  [format.hostName, 'host name'],
  [format.serviceUrl, 'URL or path'],
  [format.httpUrl, 'URL'],
  [format.pageUrl, 'URL'],
  [format.headerName, 'header name'],
  [format.teamFormat, 'team'],
  [format.loginFormat, 'login'],
]

const patternOf = (schema: z.ZodType): string | undefined => z.toJSONSchema(schema, { io: 'input' }).pattern
const namesOfTexts = new Map([
  ...texts.map(([schema, name]) => [patternOf(schema), name] as const),
  [z.toJSONSchema(format.fileTargets('PATH'), { io: 'input' }).anyOf?.[0]?.pattern, 'target'] as const,
])

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return `\`${String(schema.const)}\``
  if (schema.enum) return schema.enum.map((word) => `\`${word}\``).join(', ')
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(' or ')
  if (schema.items) return `list of ${pluralOf(schema.items)}`
  if (schema.type === 'integer') return 'whole number'
  if (schema.type === 'boolean') return '`true`, `false`'
  if (schema.type === 'object') return 'map'
  if (schema.type === 'string') return (schema.pattern && namesOfTexts.get(schema.pattern)) ?? 'text'
  return schema.type ?? 'text'
}

const byDefault = / ?Default: ([^.]*(?:\.[^.]+)*)\.$/

const pluralOf = (item: Schema): string => {
  if (item.anyOf) return item.anyOf.map(pluralOf).join(' or ')
  return item.enum ? typeOf(item) : typeOf(item).replace(/^\w+/, '$&s')
}

function defaultOf(schema: Schema, required: boolean): string {
  if (required) return '**required**'
  const described = byDefault.exec(schema.description ?? '')?.[1]
  if (described !== undefined) return described
  const value = schema.default
  if (schema.properties && value !== undefined) return 'see its keys'
  if (value === undefined || (typeof value === 'object' && Object.keys(value ?? {}).length === 0)) return 'none'
  return Array.isArray(value) ? value.map((item) => `\`${item}\``).join(', ') : `\`${String(value)}\``
}

/** Every key of the policy, once: what is the same for T0 to T3 is one key. */
export function policyKeys(): PolicyKey[] {
  const found = new Map<string, PolicyKey>()
  const walk = (schema: Schema, above: string[]): void => {
    for (const [name, value] of Object.entries(schema.properties ?? {})) {
      const tier = (allTiers as readonly string[]).includes(name)
      const path = [...above, tier ? 'TIER' : name]
      const described = (value.description ?? '').replace(byDefault, '')
      const key = {
        path: path.join('.'),
        type: typeOf(value),
        default: tier ? 'see above' : defaultOf(value, schema.required?.includes(name) ?? false),
        meaning: tier ? 'For changes of this tier: T0 minimal, T1 low, T2 medium, T3 high risk.' : described,
      }
      if (!found.has(key.path)) found.set(key.path, key)
      walk(value, path)
    }
    if (schema.items) walk(schema.items, [...above, '[]'])
    if (typeof schema.additionalProperties === 'object') walk(schema.additionalProperties, [...above, 'NAME'])
  }
  walk(jsonSchema() as Schema, [])
  return [...found.values()]
}

const rowOf = ({ path, type, default: value, meaning }: PolicyKey): string => {
  const shown = path.replaceAll('.[]', '[]')
  const example = policyExamples[path]?.yaml ?? ''
  return `| \`${shown}\` | ${tableCell(meaning)} | ${tableCell(type)} | ${tableCell(value)} | \`${tableCell(example)}\` |`
}

/** A table for each key at the top that has keys below it; those without share the first one. */
export function policyReference(): string {
  const keys = policyKeys()
  const topOf = ({ path }: PolicyKey): string => path.split('.')[0] ?? path
  const deep = [...new Set(keys.filter(({ path }) => path.includes('.')).map(topOf))]
  const table = (rows: PolicyKey[]): string =>
    ['| key | meaning | type | default | example |', '| --- | --- | --- | --- | --- |', ...rows.map(rowOf)].join('\n')
  return [
    ['## Top level', '', table(keys.filter((key) => !deep.includes(topOf(key))))].join('\n'),
    ...deep.map((top) => [`## \`${top}\``, '', table(keys.filter((key) => topOf(key) === top))].join('\n')),
  ].join('\n\n')
}
