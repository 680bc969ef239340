/** `node build/rehearsal/inside.js -- COMMAND ARGS...` runs a command where the end-to-end tests can run. */
import { join } from 'node:path'
import { explainError } from '../shared/foundation/errors.js'
import { runInside } from './run-inside.js'
import { cacheDir } from './tools/cache.js'
import { provideJupyter } from './tools/jupyter.js'
import { progressWriter } from './tools/progress.js'

const args = process.argv.slice(2)
const [command, ...rest] = args[0] === '--' ? args.slice(1) : args
if (command === undefined) {
  process.stderr.write('usage: inside.js -- COMMAND ARGS...\n')
  process.exitCode = 2
} else {
  // Inside there is no network. Without it, the tests that need it are skipped, with a word.
  await provideJupyter(join(cacheDir(), 'tools'), progressWriter(process.stderr)).catch((error: unknown) => {
    process.stderr.write(`Going on without a JupyterHub: ${explainError(error).message}\n`)
  })
  process.exitCode = await runInside(command, rest)
}
