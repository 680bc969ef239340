import { access, cp } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'

/**
 * The directories that stand in for the repositories of actions, without what no action needs: act packs the whole directory
 * into memory and writes it anew for every step that uses it.
 */
export async function slimActions(actions: Record<string, string>, dir: string): Promise<Record<string, string>> {
  const slim = Object.entries(actions).map(async ([name, from], index) => {
    if (!(await exists(join(from, 'node_modules')))) return [name, from] as const
    const to = join(dir, `${index}-${basename(from)}`)
    await cp(from, to, { recursive: true, filter: (path) => path === from || isNeeded(relative(from, path)) })
    return [name, to] as const
  })
  return Object.fromEntries(await Promise.all(slim))
}

/** Of a project with sources: its actions' descriptions and their bundles. */
const isNeeded = (path: string): boolean => /^(actions|dist)(\/|$)/.test(path) && !/\.(ts|md)$/.test(path)

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
