import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The project's root, from wherever its compiled code lies. */
export const projectRoot = findRoot(import.meta.dirname)

function findRoot(directory: string): string {
  if (existsSync(join(directory, 'package.json'))) return directory
  const parent = dirname(directory)
  if (parent === directory) throw new Error('package.json is nowhere above this program')
  return findRoot(parent)
}
