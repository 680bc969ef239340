type Json = Record<string, unknown>

/** As much of an OpenAPI 3.0 document as is read here. */
export interface Description {
  paths: Record<string, Record<string, Json>>
  components: Record<string, Record<string, Json>>
}

/** One operation: everything as JSON Schema, whose `$ref`s are names in `schemas`. */
export interface PrunedOperation {
  query: Record<string, unknown>
  requiredQuery: string[]
  body: unknown
  bodyRequired: boolean
  /** By status; null where there is no body, or one that is no JSON. */
  responses: Record<string, unknown>
}

export interface Pruned {
  operations: Record<string, PrunedOperation>
  schemas: Record<string, unknown>
}

/** Words for people, and what decides nothing. */
const dropped = new Set(['description', 'title', 'example', 'examples', 'default', 'externalDocs', 'deprecated'])
const maps = new Set(['properties', 'patternProperties'])
const prefix = '#/components/schemas/'

/** @throws where the description has no operation of that id. */
export function pruneOpenApi(description: Description, ids: string[]): Pruned {
  const schemas: Record<string, unknown> = {}
  const take = (schema: unknown): unknown => pruneSchema(schema, (name) => need(name))
  const need = (name: string): void => {
    if (name in schemas) return
    schemas[name] = null
    schemas[name] = take(description.components['schemas']?.[name])
  }
  const all = new Map(
    Object.values(description.paths).flatMap((methods) =>
      Object.values(methods).map((operation) => [operation['operationId'] as string, operation] as const),
    ),
  )
  const operations = Object.fromEntries(
    ids.map((id) => {
      const operation = all.get(id)
      if (!operation) throw new Error(`GitHub's description has no operation ${id}.`)
      return [id, pruneOperation(description, operation, take)]
    }),
  )
  for (const name of ['basic-error', 'validation-error', 'validation-error-simple']) need(name)
  return { operations, schemas }
}

function pruneOperation(
  description: Description,
  operation: Json,
  take: (schema: unknown) => unknown,
): PrunedOperation {
  const resolve = (value: unknown): Json => {
    const ref = (value as Json)['$ref']
    if (typeof ref !== 'string') return value as Json
    const [, , kind = '', name = ''] = ref.split('/')
    return description.components[kind]?.[name] ?? {}
  }
  const parameters = ((operation['parameters'] ?? []) as unknown[]).map(resolve).filter((one) => one['in'] === 'query')
  const body = jsonSchema(operation['requestBody'])
  const responses = Object.entries((operation['responses'] ?? {}) as Json).map(([status, response]) => {
    const schema = jsonSchema(resolve(response))
    return [status, schema === undefined ? null : take(schema)]
  })
  return {
    query: Object.fromEntries(parameters.map((one) => [one['name'], take(one['schema'])])),
    requiredQuery: parameters.filter((one) => one['required'] === true).map((one) => one['name'] as string),
    body: body === undefined ? null : take(body),
    bodyRequired: (operation['requestBody'] as Json | undefined)?.['required'] === true,
    responses: Object.fromEntries(responses),
  }
}

const jsonSchema = (holder: unknown): unknown => {
  const content = ((holder as Json | undefined)?.['content'] ?? {}) as Record<string, Json>
  return content['application/json']?.['schema']
}

/** OpenAPI 3.0's schema as JSON Schema: `nullable` becomes a type of its own. */
function pruneSchema(schema: unknown, need: (name: string) => void): unknown {
  if (Array.isArray(schema)) return schema.map((one) => pruneSchema(one, need))
  if (typeof schema !== 'object' || schema === null) return schema
  const { nullable, ...rest } = corrected(schema as Json)
  const kept: Json = {}
  for (const [key, value] of Object.entries(rest)) {
    if (dropped.has(key) || key.startsWith('x-')) continue
    if (key === '$ref') {
      const name = String(value).slice(prefix.length)
      need(name)
      kept['$ref'] = name
    } else if (maps.has(key)) {
      const entries = Object.entries(value as Json).map(([name, one]) => [name, pruneSchema(one, need)])
      kept[key] = Object.fromEntries(entries)
    } else kept[key] = key === 'enum' || key === 'required' ? value : pruneSchema(value, need)
  }
  return nullable === true ? orNull(kept) : kept
}

/** Rows C26 and C28 of docs/github-assumptions.md. */
const sentAsNull = new Set(['bypass_actors', 'integration_id'])

/** Where the description is not what GitHub sends. */
function corrected(schema: Json): Json {
  const properties = schema['properties'] as Record<string, Json> | undefined
  const nullable = Object.entries(properties ?? {}).filter(([name]) => sentAsNull.has(name))
  const nulls = Object.fromEntries(nullable.map(([name, one]) => [name, { ...one, nullable: true }]))
  if (nullable.length > 0) return { ...schema, properties: { ...properties, ...nulls } }
  // Where an App is installed on is a user or an enterprise; one place of the description says both at once.
  const { allOf, ...rest } = schema
  const titles = Array.isArray(allOf) ? (allOf as Json[]).map((one) => one['title']) : []
  const mistake = titles.join() === 'Simple User,Enterprise'
  return mistake ? { ...rest, anyOf: allOf } : schema
}

function orNull(schema: Json): Json {
  const simple = typeof schema['type'] === 'string' && !schema['anyOf'] && !schema['oneOf'] && !schema['allOf']
  if (!simple) return { anyOf: [schema, { type: 'null' }] }
  const values = schema['enum'] as unknown[] | undefined
  return { ...schema, type: [schema['type'], 'null'], ...(values && { enum: [...new Set([...values, null])] }) }
}

/** One operation or schema a line, sorted, so that a newer description makes a readable difference. */
export function showDescription(source: string, { operations, schemas }: Pruned): string {
  const lines = (map: Record<string, unknown>): string =>
    Object.keys(map)
      .sort()
      .map((key) => `    ${JSON.stringify(key)}: ${JSON.stringify(sorted(map[key]))}`)
      .join(',\n')
  return `{\n  "source": ${JSON.stringify(source)},\n  "operations": {\n${lines(operations)}\n  },\n  "schemas": {\n${lines(schemas)}\n  }\n}\n`
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]))
}
