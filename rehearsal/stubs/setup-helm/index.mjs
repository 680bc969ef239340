import { spawnSync } from 'node:child_process'

const { status, stdout } = spawnSync('helm', ['version', '--short'], { encoding: 'utf8' })
if (status === 0) {
  process.stdout.write(`Helm ${stdout.trim()}\n`)
} else {
  process.stdout.write('::error::helm is not on PATH\n')
  process.exitCode = 1
}
