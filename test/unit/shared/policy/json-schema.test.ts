import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { jsonSchemaText } from '../../../../shared/policy/json-schema.js'

test('the committed JSON Schema is the one of the parser: run "npm run docs" if not', () => {
  expect(readFileSync('docs/deploy-policy.schema.json', 'utf8')).toBe(jsonSchemaText())
})

test('every key has a description in the JSON Schema', () => {
  const bare: string[] = []
  const look = (schema: unknown, path: string): void => {
    if (typeof schema !== 'object' || schema === null) return
    const properties: unknown = Reflect.get(schema, 'properties') ?? {}
    for (const [key, value] of Object.entries(properties as object)) {
      if (typeof Reflect.get(value, 'description') !== 'string') bare.push(`${path}.${key}`)
      look(value, `${path}.${key}`)
    }
    look(Reflect.get(schema, 'items'), `${path}[]`)
    look(Reflect.get(schema, 'additionalProperties'), `${path}.*`)
  }
  const schema: unknown = JSON.parse(jsonSchemaText())
  look(schema, '')
  expect(bare).toEqual([])
  expect(JSON.stringify(schema)).toContain('"default":"20m"')
})
