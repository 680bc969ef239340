import { parse } from 'yaml'
import { z } from 'zod'
import type { Json } from './expression.js'
import { schemaErrors } from './workflow-schema.js'

const json: z.ZodType<Json> = z.lazy(() =>
  z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(json), z.record(z.string(), json)]),
)
const strings = z.record(z.string(), json).transform((map) => map ?? {})
const list = z.union([z.string().transform((one) => [one]), z.array(z.string())])
const expression = z.union([z.string(), z.boolean().transform(String), z.number().transform(String)])

const permissions = z.union([
  z.enum(['read-all', 'write-all']),
  z.record(z.string(), z.enum(['read', 'write', 'none'])),
])

const concurrency = z.union([
  z
    .string()
    .transform((group) => ({ group, queue: 'single' as const, 'cancel-in-progress': false as boolean | string })),
  z.object({
    group: z.string(),
    queue: z.enum(['single', 'max']).default('single'),
    'cancel-in-progress': z.union([z.boolean(), z.string()]).default(false),
  }),
])

const input = z
  .object({ type: z.string().optional(), required: z.boolean().default(false), default: json.optional() })
  .nullable()
  .transform((value) => value ?? { required: false, type: undefined, default: undefined })

const filters = z.object({
  types: list.optional(),
  branches: list.optional(),
  'branches-ignore': list.optional(),
  tags: list.optional(),
  paths: list.optional(),
  'paths-ignore': list.optional(),
  workflows: list.optional(),
  inputs: z.record(z.string(), input).optional(),
  outputs: z.record(z.string(), z.object({ value: z.string() })).optional(),
})

// A schedule is a list of crons; its times mean nothing here, it is started by hand.
const trigger = z.preprocess((value) => (value === null || Array.isArray(value) ? {} : value), filters)

const triggers = z.preprocess(
  (value) => {
    const names = typeof value === 'string' ? [value] : value
    return Array.isArray(names) ? Object.fromEntries(names.map((name) => [String(name), {}])) : names
  },
  z.record(z.string(), trigger),
)

const job = z.object({
  name: z.string().optional(),
  needs: list.default([]),
  if: expression.optional(),
  permissions: permissions.optional(),
  environment: z
    .union([
      z.string().transform((name) => ({ name, deployment: true as Json })),
      z.object({ name: z.string(), deployment: json.default(true) }),
    ])
    .optional(),
  strategy: z
    .object({ matrix: json.optional(), 'fail-fast': json.default(true), 'max-parallel': json.optional() })
    .optional(),
  outputs: z.record(z.string(), z.string()).default({}),
  env: strings.optional(),
  defaults: json.optional(),
  steps: z.array(z.record(z.string(), json)).default([]),
  uses: z.string().optional(),
  with: strings.default({}),
  secrets: z.union([z.literal('inherit'), z.record(z.string(), expression)]).optional(),
  'timeout-minutes': json.default(360),
  'continue-on-error': json.default(false),
  concurrency: concurrency.optional(),
  // The runner does not do these; a workflow that relies on them must not pass as if it did.
  container: z.never({ error: 'containers are not supported by the rehearsal' }).optional(),
  services: z.never({ error: 'service containers are not supported by the rehearsal' }).optional(),
})

const schema = z.object({
  name: z.string().optional(),
  'run-name': z.string().optional(),
  on: triggers,
  permissions: permissions.optional(),
  concurrency: concurrency.optional(),
  env: strings.optional(),
  defaults: json.optional(),
  jobs: z.record(z.string(), job),
})

export type Trigger = z.output<typeof filters>
export type Job = z.output<typeof job>
export type Concurrency = z.output<typeof concurrency>
export type PermissionsBlock = z.output<typeof permissions>
export type WorkflowFile = z.output<typeof schema> & { path: string; title: string }

/**
 * A workflow file, checked by GitHub's own parser first.
 *
 * @throws Error that names the file and everything that is wrong, also what this runner does not support.
 */
export function parseWorkflow(path: string, content: string): WorkflowFile {
  const errors = schemaErrors(path, content)
  if (errors.length > 0) throw new Error(errors.join('\n'))

  const parsed = schema.safeParse(parse(content))
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`)
  const needed = Object.entries(parsed.data.jobs).flatMap(([id, { needs }]) => needs.map((need) => ({ id, need })))
  const missing = needed.find(({ need }) => !parsed.data.jobs[need])
  if (missing) throw new Error(`${path}: job "${missing.id}" needs "${missing.need}", which does not exist`)
  return { ...parsed.data, path, title: parsed.data.name ?? path }
}
