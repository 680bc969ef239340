import { readdir, realpath } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { UserError } from '../foundation/errors.js'

/**
 * Files that strangers wrote may link to what lies on the machine, and programs that read them follow.
 *
 * @throws UserError `target-missing` naming the first symbolic link below `root` that leads out of it.
 */
export async function refuseLinksOut(root: string): Promise<void> {
  const inside = `${await realpath(root)}${sep}`
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue
    const path = join(entry.parentPath, entry.name)
    // One that leads nowhere is no danger: whoever needs it says that it is not there.
    const target = await realpath(path).catch(() => undefined)
    if (target === undefined || target.startsWith(inside)) continue
    throw new UserError('target-missing', `${relative(root, path)} links to something outside of the repository.`, {
      fix: 'Replace the link with the file itself.',
    })
  }
}
