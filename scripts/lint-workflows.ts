/**
 * actionlint and zizmor over this project's workflows and its examples.
 *
 * The examples name our actions by a commit that nobody has (A28); actionlint checks inputs and outputs only of local actions, so it sees
 * a copy in which they are local.
 */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'

/** Documented by GitHub in 2026, unknown to actionlint 1.7.12. */
const newKeys = ['unexpected key "queue" for "concurrency"', 'unexpected key "deployment" for "environment"']

const own = /lockstep-suite\/lockstep\/(actions\/[\w-]+)@0{40}/g

/** @param folder holds `.github/workflows` */
async function actionlint(folder: string): Promise<void> {
  const copy = await mkdtemp(join(tmpdir(), 'lockstep-lint-'))
  try {
    await execa('git', ['init', '--quiet', copy])
    for (const part of ['actions', 'dist']) await cp(part, join(copy, part), { recursive: true })
    const workflows = join(copy, '.github/workflows')
    await cp(join(folder, '.github/workflows'), workflows, { recursive: true })
    for (const file of await readdir(workflows)) {
      const text = await readFile(join(workflows, file), 'utf8')
      await writeFile(join(workflows, file), text.replaceAll(own, './$1'))
    }
    const ignore = newKeys.flatMap((key) => ['-ignore', key])
    await execa('actionlint', ignore, { cwd: copy, stdio: 'inherit' })
  } finally {
    await rm(copy, { recursive: true })
  }
}

const examples = (await readdir('workflows-examples')).map((name) => join('workflows-examples', name))
for (const folder of ['.', ...examples]) {
  const workflows = join(folder, '.github/workflows')
  console.log(workflows)
  await actionlint(folder)
  await execa('zizmor', ['--offline', '--quiet', '--config', 'zizmor.yml', workflows], { stdio: 'inherit' })
}
