import { readdir, readFile } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { UserError } from './errors.js'

/** Where a deploy repo has its policy. */
export const policyFile = '.github/deploy-policy.yml'

/** The deploy repo's files as the job checked them out; paths are relative to its root, with `/`. */
export interface Workspace {
  root: string
  /** Undefined where there is no such file. */
  read(path: string): Promise<string | undefined>
  /** All files, sorted; without `.git` and `node_modules`. */
  list(): Promise<string[]>
  /** The absolute path. @throws UserError where it leads out of the workspace. */
  locate(path: string): string
}

export function workspaceAt(root: string): Workspace {
  const locate = (path: string): string => {
    const absolute = resolve(root, path)
    if (absolute === resolve(root) || absolute.startsWith(resolve(root) + sep)) return absolute
    throw new UserError('policy-invalid', `The path ${JSON.stringify(path)} is outside the repository.`, {
      fix: 'Name a file inside the repository.',
      at: { file: policyFile },
    })
  }
  return {
    root: resolve(root),
    locate,
    read: (path) => readFile(locate(path), 'utf8').catch(absentOr),
    list: async () => (await walk(resolve(root))).map((path) => relative(root, path).replaceAll(sep, '/')).toSorted(),
  }
}

async function walk(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => [])
  const below = entries.map((entry) => {
    const path = join(directory, entry.name)
    if (!entry.isDirectory()) return [path]
    return entry.name === '.git' || entry.name === 'node_modules' ? [] : walk(path)
  })
  return (await Promise.all(below)).flat()
}

function absentOr(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EISDIR') return undefined
  throw error
}
