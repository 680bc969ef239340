import { cpSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'

const { REHEARSAL_ARTIFACTS, GITHUB_WORKSPACE } = process.env
const input = (name) => process.env[`INPUT_${name.toUpperCase()}`] ?? ''

const target = join(REHEARSAL_ARTIFACTS, input('name'))
const paths = input('path')
  .split('\n')
  .map((line) => line.trim())
  .filter(Boolean)
if (paths.some((path) => /[*?[\]!]/.test(path))) throw new Error('This stand-in takes no patterns in "path".')
const found = paths
  .map((path) => (path.startsWith('/') ? path : join(GITHUB_WORKSPACE, path)))
  .filter((path) => existsSync(path))

if (existsSync(target)) throw new Error(`This run has an artifact "${input('name')}" already.`)
if (found.length === 0) {
  process.stdout.write(
    `::${input('if-no-files-found') === 'error' ? 'error' : 'warning'}::No files found: ${paths.join(', ')}\n`,
  )
  process.exitCode = input('if-no-files-found') === 'error' ? 1 : 0
}
for (const path of found) {
  mkdirSync(target, { recursive: true })
  // One directory gives its contents, as the real action's common root does.
  const into = statSync(path).isDirectory() && found.length === 1 ? target : join(target, basename(path))
  cpSync(path, into, { recursive: true })
}
