import { readFileSync } from 'node:fs'

/** The policy of the design, for a federation like mybinder.org. */
export const example = readFileSync(new URL('example.yml', import.meta.url), 'utf8')

/** As little as a policy can say. */
export const minimal = `version: 1
operators: [ada]
apps: { gate: { id: 1, bot: 90000001 }, bump: { id: 2, bot: 90000002 } }
releases:
  web: {}
clusters:
  one: { wave: primary }
`
