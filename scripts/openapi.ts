/**
 * Copies what GitHub's own OpenAPI description says about the emulator's operations into `rehearsal/github/openapi/`.
 *
 * The description is one file of 13 MB in a package of 400 MB: the archive is fetched and two files are taken out of it.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { operationPermissions } from '../rehearsal/github/permissions.js'
import { type Description, pruneOpenApi, showDescription } from './openapi-prune.js'

const source = '@octokit/openapi@23.0.2'
const target = 'rehearsal/github/openapi'

const dir = await mkdtemp(join(tmpdir(), 'openapi-'))
try {
  await execa('npm', ['pack', '--silent', source], { cwd: dir })
  const files = ['package/LICENSE', 'package/generated/api.github.com.json']
  await execa('tar', ['-xzf', `octokit-openapi-${source.split('@').at(-1)}.tgz`, ...files], { cwd: dir })
  const description = JSON.parse(await readFile(join(dir, files[1] ?? ''), 'utf8')) as Description
  const pruned = pruneOpenApi(description, Object.keys(operationPermissions))
  await writeFile(join(target, 'rest.schema.json'), showDescription(source, pruned))
  await writeFile(join(target, 'LICENSE'), await readFile(join(dir, files[0] ?? ''), 'utf8'))
} finally {
  await rm(dir, { recursive: true, force: true })
}
