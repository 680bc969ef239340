import { access, cp } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * The directories that stand in for the repositories of actions, without what no action needs: act packs the whole directory
 * into memory for every step that uses it.
 */
export async function slimActions(actions: Record<string, string>, dir: string): Promise<Record<string, string>> {
  const slim = Object.entries(actions).map(async ([name, from], index) => {
    if (!(await exists(join(from, 'node_modules')))) return [name, from] as const
    const to = join(dir, `${index}-${basename(from)}`)
    await cp(from, to, { recursive: true, filter: (path) => dirname(path) !== from || isNeeded(basename(path)) })
    return [name, to] as const
  })
  return Object.fromEntries(await Promise.all(slim))
}

const isNeeded = (name: string): boolean => !name.startsWith('.') && !['node_modules', 'build', 'test'].includes(name)

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
