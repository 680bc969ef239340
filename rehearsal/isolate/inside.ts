import { existsSync, readFileSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { z } from 'zod'

/** A tmpfs that only the isolated programs see. */
export const privateDir = '/run/lockstep'
export const isolationFile = `${privateDir}/isolation.json`

const Isolation = z.object({
  id: z.string(),
  /** Parent of all cgroups of the run, as a path from the root of each hierarchy. */
  cgroup: z.string(),
  /** In memory, gone with the run: the place for sockets and state. */
  dir: z.string(),
})
export type Isolation = z.infer<typeof Isolation>

/** Facts about the namespaces this program runs in; undefined outside of them. */
export function readIsolation(): Isolation | undefined {
  return existsSync(isolationFile) ? Isolation.parse(JSON.parse(readFileSync(isolationFile, 'utf8'))) : undefined
}

/** Gives names to addresses, for every program inside. Only inside: there, /etc/hosts is a copy. */
export async function nameHosts(hosts: Record<string, string>): Promise<void> {
  if (!readIsolation()) throw new Error('nameHosts is for programs started by isolated(): it would change the machine')
  await appendFile('/etc/hosts', hostsLines(hosts))
}

export const hostsLines = (hosts: Record<string, string>): string =>
  Object.entries(hosts)
    .map(([name, address]) => `${address} ${name}\n`)
    .join('')
