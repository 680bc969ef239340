import { readFile } from 'node:fs/promises'
import { buildSchema } from 'graphql'

// The package's own entry also parses its JSON form, and descriptions are half of the text: nobody reads them here.
const file = new URL('schema.graphql', import.meta.resolve('@octokit/graphql-schema'))
const text = (await readFile(file, 'utf8')).replace(/"""[\s\S]*?"""\n/g, '')

/** GitHub's own schema. Building it takes a quarter of a second: import this module only when the first query comes. */
export const graphqlSchema = buildSchema(text, { assumeValid: true, assumeValidSDL: true, noLocation: true })
