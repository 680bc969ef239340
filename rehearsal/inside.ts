/** `node build/rehearsal/inside.js -- COMMAND ARGS...` runs a command where the end-to-end tests can run. */
import { runInside } from './run-inside.js'

const args = process.argv.slice(2)
const [command, ...rest] = args[0] === '--' ? args.slice(1) : args
if (command === undefined) {
  process.stderr.write('usage: inside.js -- COMMAND ARGS...\n')
  process.exitCode = 2
} else {
  process.exitCode = await runInside(command, rest)
}
