import { writeFileSync } from 'node:fs'
import { jsonSchemaText } from '../shared/policy/json-schema.js'

// Writes the JSON Schema of the policy file, which editors read, from the parser's own types. Run from the top of the repository.
writeFileSync('docs/deploy-policy.schema.json', jsonSchemaText())
