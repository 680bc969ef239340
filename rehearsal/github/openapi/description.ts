import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import { projectRoot } from '../../root.js'

/** What GitHub's description says of one operation; see scripts/openapi.ts, which makes it. */
interface Operation {
  query: Record<string, unknown>
  requiredQuery: string[]
  body: Record<string, unknown> | null
  bodyRequired: boolean
  /** By status; null where nothing is said about the body. */
  responses: Record<string, Record<string, unknown> | null>
}

/** Says what is wrong with a value: nothing where it is right. */
export type ShapeCheck = (value: unknown) => string[]

export interface OperationChecks {
  query: ShapeCheck
  body: ShapeCheck
  bodyRequired: boolean
  /** Undefined for a status that the description does not list. */
  response(status: number): ShapeCheck | undefined
}

/** GitHub's description of REST; schemas are compiled when they are first needed. */
export async function readDescription(): Promise<(id: string) => OperationChecks> {
  const text = await readFile(join(projectRoot, 'rehearsal/github/openapi/rest.schema.json'), 'utf8')
  const { operations, schemas } = JSON.parse(text) as {
    operations: Record<string, Operation>
    schemas: Record<string, object>
  }
  const strict = compiler(schemas, false)
  // Everything in a query is text.
  const lenient = compiler(schemas, true)
  const known = new Map<string, OperationChecks>()
  return (id) => {
    const present = known.get(id)
    if (present) return present
    const operation = operations[id]
    if (!operation) throw new Error(`GitHub's description has no ${id}: add it with "npm run openapi".`)
    const checks = checksOf(operation, strict, lenient)
    known.set(id, checks)
    return checks
  }
}

type Compile = (schema: unknown) => ShapeCheck

function checksOf(operation: Operation, strict: Compile, lenient: Compile): OperationChecks {
  const { query, requiredQuery: required, body, bodyRequired, responses } = operation
  const answers = new Map(
    Object.entries(responses).map(([status, schema]) => [Number(status), strict(schema ?? {})] as const),
  )
  const error = strict({ anyOf: [{ $ref: 'validation-error' }, { $ref: 'basic-error' }], required: ['message'] })
  return {
    query: lenient({ type: 'object', properties: query, required, additionalProperties: false }),
    body: strict(body === null ? {} : closed(body)),
    bodyRequired,
    // Refusals have one shape, whether or not an operation lists them.
    response: (status) => (status >= 400 && status < 500 ? error : answers.get(status)),
  }
}

/** GitHub passes over what it does not know in a request; here it is a misspelt word. */
const closed = (schema: Record<string, unknown>): Record<string, unknown> =>
  schema['type'] === 'object' && schema['properties'] && !('additionalProperties' in schema)
    ? { ...schema, additionalProperties: false }
    : schema

function compiler(schemas: Record<string, object>, coerceTypes: boolean): Compile {
  const ajv = new Ajv({ strict: false, allErrors: true, inlineRefs: false, coerceTypes, formats })
  for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(schema, name)
  return (schema) => {
    let validate: ValidateFunction | undefined
    return (value) => {
      validate ??= ajv.compile(schema as object)
      if (validate(value)) return []
      return (validate.errors ?? []).map(
        ({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${shown(params)}`,
      )
    }
  }
}

const shown = (params: Record<string, unknown>): string => {
  const text = JSON.stringify(params)
  return text.length > 200 ? '' : text
}

const formats = {
  'date-time': (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text),
  // GitHub itself says that an address which is not there is empty.
  uri: (text: string) => text === '' || URL.canParse(text),
  email: true,
  int64: true,
  'repo.nwo': true,
  timestamp: true,
  'ssh-key-fingerprint': true,
} as const
