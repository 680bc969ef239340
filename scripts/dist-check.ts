/**
 * Fails when the committed `dist/` is not what the source builds, or is too large.
 *
 * `git diff` does not see new files, so this asks `git status` with untracked ones.
 */
import { readdir, stat } from 'node:fs/promises'
import { execa } from 'execa'

const limit = 3_000_000

const { stdout } = await execa('git', ['status', '--porcelain', '--untracked-files=all', '--', 'dist'])
const files = await readdir('dist')
const bytes = (await Promise.all(files.map((file) => stat(`dist/${file}`)))).reduce((sum, { size }) => sum + size, 0)

if (stdout !== '') {
  console.error(`dist/ is not what the source builds:\n${stdout}\nRun "npm run build" and commit dist/.`)
  process.exitCode = 1
}
if (bytes >= limit) {
  console.error(`dist/ has ${bytes} bytes; it must stay below ${limit}.`)
  process.exitCode = 1
}
