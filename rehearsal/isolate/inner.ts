/** Runs inside the new namespaces, as `isolated` started it: prepares them, then runs the program. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { prepareIsolation } from './prepare.js'
import { SignalMessage, StartMessage } from './protocol.js'

const [first] = await once(process, 'message')
const start = StartMessage.parse(first)
// The kernel kills us with the outer process; should it not, this does.
process.on('disconnect', () => process.exit(137))
const env = await prepareIsolation(start)

const child = spawn(start.command, start.args, { cwd: start.cwd, env, stdio: 'inherit' })
process.on('message', (message) => child.kill(SignalMessage.parse(message).signal))
child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exit(127)
})
child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)))
