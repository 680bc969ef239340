import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'

/**
 * Runs an upstream's own publish script on its main branch, as its publish workflow does: for the versions that were
 * published before the rehearsal begins. Returns what the script printed last.
 */
export async function publishBefore(gitDir: string, dir: string, env: Record<string, string>): Promise<string> {
  const clone = await mkdtemp(join(dir, 'publish-'))
  await execa('git', ['clone', '--quiet', gitDir, clone])
  const { stdout } = await execa('sh', ['publish.sh'], { cwd: clone, env })
  await rm(clone, { recursive: true })
  const version = /^published (\S+)$/m.exec(stdout)?.[1]
  if (version === undefined) throw new Error(`publish.sh did not say what it published:\n${stdout}`)
  return version
}
