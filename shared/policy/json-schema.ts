import { z } from 'zod'
import { policySchema } from './schema.js'

/** The JSON Schema of the policy file as people write it, with a description for every key. */
export const jsonSchema = (): Record<string, unknown> => {
  const { $schema, ...rest } = z.toJSONSchema(policySchema, { io: 'input', reused: 'inline', target: 'draft-7' })
  return { $schema, title: "Lockstep's deploy policy", ...rest }
}

/** The committed file, docs/deploy-policy.schema.json. */
export const jsonSchemaText = (): string => `${JSON.stringify(jsonSchema(), null, 2)}\n`
