import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where the rehearsal keeps what it fetched and built; safe to delete at any time. */
export const cacheDir = (env: NodeJS.ProcessEnv = process.env): string =>
  join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lockstep')

/**
 * The folder `<root>/<name>` (name holds the version), made by `fill` when it is not there.
 *
 * It is filled under another name and renamed at the end, so a killed run never leaves half of it behind.
 */
export async function cachedFolder(root: string, name: string, fill: (dir: string) => Promise<void>): Promise<string> {
  const target = join(root, name)
  if (existsSync(target)) return target

  await mkdir(root, { recursive: true })
  await removePartial(root)
  const partial = join(root, `.partial-${process.pid}-${name}`)
  await mkdir(partial)
  try {
    await fill(partial)
    await rename(partial, target).catch((error: unknown) => {
      // Another run was quicker: its folder holds the same.
      if (!existsSync(target)) throw error
    })
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
  return target
}

/** Removes what runs that no longer live had begun. */
async function removePartial(root: string): Promise<void> {
  for (const entry of await readdir(root)) {
    const pid = /^\.partial-(\d+)-/.exec(entry)?.[1]
    if (pid && !existsSync(`/proc/${pid}`)) await rm(join(root, entry), { recursive: true, force: true })
  }
}
