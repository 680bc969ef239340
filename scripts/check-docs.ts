import { z } from 'zod'
import { checkSchema } from '../shared/policy/smoke-schema.js'
import { tableCell } from './action-docs.js'

/** Every key of an item under `smoke`, with what editors say about it. */
export function checkTable(): string {
  const { properties = {} } = z.toJSONSchema(checkSchema, { io: 'input' })
  const rows = Object.entries(properties).map(([key, schema]) => {
    const described = typeof schema === 'object' ? (schema.description ?? '') : ''
    return `| \`${key}\` | ${tableCell(described)} |`
  })
  return ['| key | meaning |', '| --- | --- |', ...rows].join('\n')
}
