import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { projectRoot } from '../root.js'

/** A repository's files: path to content. */
export type Files = Record<string, string>

/** All files below a folder of this project, as a repository's first commit. */
export async function filesBelow(folder: string): Promise<Files> {
  const root = join(projectRoot, folder)
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [relative(root, path), await readFile(path, 'utf8')])),
  )
}

/** The same for a repository with another default branch: workflows are started by pushes to that. */
export const startedBy = (files: Files, branch: string): Files =>
  Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path,
      path.startsWith('.github/workflows/') ? text.replaceAll('branches: [main]', `branches: [${branch}]`) : text,
    ]),
  )

/** Puts facts into `{{name}}` of the given files. @throws when a file still holds a `{{name}}` that nobody knows. */
export function fill(files: Files, paths: string[], facts: Record<string, string>): Files {
  const filled = Object.fromEntries(
    paths.map((path) => [
      path,
      (files[path] ?? '').replace(/\{\{([a-z ]+)\}\}/g, (_, name: string) => {
        const fact = facts[name]
        if (fact === undefined) throw new Error(`${path}: nobody knows {{${name}}}`)
        return fact
      }),
    ]),
  )
  return { ...files, ...filled }
}
