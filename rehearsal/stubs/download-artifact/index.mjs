import { appendFileSync, cpSync, existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

const { REHEARSAL_ARTIFACTS, GITHUB_WORKSPACE, GITHUB_OUTPUT } = process.env
const input = (name) => process.env[`INPUT_${name.toUpperCase()}`] ?? ''

const source = join(REHEARSAL_ARTIFACTS, input('name'))
const target = resolve(GITHUB_WORKSPACE, input('path'))
if (existsSync(source)) {
  cpSync(source, target, { recursive: true })
  appendFileSync(GITHUB_OUTPUT, `download-path=${target}\n`)
} else {
  process.stdout.write(`::error::This run has no artifact "${input('name')}"\n`)
  process.exitCode = 1
}
