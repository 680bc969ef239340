/**
 * `npm run gate -- --explain PATH [--range BASE..HEAD] [--policy FILE]`: what the gate would say about a change in a checkout,
 * and why. Needs no rights: reviews and evidence are not looked for, so all that the change needs is listed as missing.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { UserError } from '../shared/foundation/errors.js'
import { explainMerge } from './explain.js'

const usage = 'Usage: npm run gate -- --explain PATH [--range BASE..HEAD] [--policy FILE]'

const { values } = parseArgs({
  options: { explain: { type: 'string' }, range: { type: 'string' }, policy: { type: 'string' } },
})
const root = values.explain
if (root === undefined || !existsSync(join(root, '.git'))) {
  console.error(root === undefined ? usage : `${root} is no checkout of a git repository.\n${usage}`)
  process.exit(2)
}
try {
  console.log((await explainMerge({ root, range: values.range, policy: values.policy }, fetch, new Date())).join('\n'))
} catch (error) {
  console.error(error instanceof UserError ? `${error.message}\n${error.fix}` : String(error))
  process.exitCode = 1
}
