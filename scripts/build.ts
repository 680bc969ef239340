/**
 * Makes `dist/`: one bundle of all actions, a stub for each, and the licences of what is bundled.
 *
 * tsc goes first, because ncc cannot drive TypeScript 7; ncc then works on the emitted JavaScript.
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { execa } from 'execa'
import { actionNames } from '../shared/foundation/result.js'

const stub = (exported: string): string => `// Made by scripts/build.ts; do not edit.
import module from 'node:module'

// Node 22 and newer keep the compiled bundle between the steps of a job.
module.enableCompileCache?.()
const { ${exported} } = await import('./index.js')
await ${exported}()
`

export const exportName = (action: string): string =>
  action.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

async function build(): Promise<void> {
  await rm('dist', { recursive: true, force: true })
  await mkdir('dist')
  await execa('ncc', ['build', 'build/actions/index.js', '--out', 'dist', '--minify', '--license', 'licenses.txt'], {
    preferLocal: true,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  for (const name of actionNames) await writeFile(`dist/${name}.js`, stub(exportName(name)))
  const extra = (await readdir('dist')).filter((file) => /^\d+\.index\.js$/.test(file))
  if (extra.length > 0)
    throw new Error(`ncc split the bundle (${extra.join(', ')}): a late import lacks webpackMode "eager".`)
}

await build()
