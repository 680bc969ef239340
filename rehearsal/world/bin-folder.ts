import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Tools } from '../tools/tools.js'

/** A folder with the programs that workflows find on their PATH. */
export async function binFolder(dir: string, tools: Tools): Promise<string> {
  const bin = join(dir, 'bin')
  await mkdir(bin, { recursive: true })
  const programs = { helm: tools.helm4, kubectl: tools.kubectl, crane: tools.crane, busybox: tools.busybox }
  for (const [name, path] of Object.entries(programs)) await symlink(path, join(bin, name))
  return bin
}
