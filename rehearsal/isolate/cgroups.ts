import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'

const prefix = 'lockstep-'

/** A name that says which process owns the run: its id and when it started, because ids are used again. */
export const runId = (pid = process.pid): string => `${prefix}${pid}-${startTime(pid)}`

/** Whether the process that made this id still lives. */
export function isAlive(id: string): boolean {
  const [pid, started] = id.slice(prefix.length).split('-').map(Number)
  return pid !== undefined && started !== undefined && startTime(pid) === started
}

/** In clock ticks since boot: field 22 of /proc/PID/stat; the second field may itself hold spaces and parentheses. */
function startTime(pid: number): number | undefined {
  const file = `/proc/${pid}/stat`
  if (!existsSync(file)) return undefined
  const text = readFileSync(file, 'utf8')
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[19])
}

/** Mount points of all cgroup hierarchies: one with version 2, one a controller with version 1. */
export const cgroupMounts = (mounts = readFileSync('/proc/self/mounts', 'utf8')): string[] =>
  mounts
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , type]) => type === 'cgroup' || type === 'cgroup2')
    .flatMap(([, dir]) => (dir ? [dir] : []))

/** Makes a cgroup in every hierarchy. */
export async function makeCgroup(path: string): Promise<void> {
  for (const mount of cgroupMounts()) await mkdir(join(mount, path), { recursive: true })
}

/** Removes a cgroup with all below it. Its processes have ended; the kernel refuses where one has not. */
export async function removeCgroup(path: string): Promise<void> {
  for (const mount of cgroupMounts()) await removeTree(join(mount, path))
}

/** Removes what killed runs left below `parent`. */
export async function sweepCgroups(parent: string): Promise<void> {
  const below = await Promise.all(cgroupMounts().map((mount) => readdir(join(mount, parent)).catch((): string[] => [])))
  const left = new Set(below.flat().filter((name) => name.startsWith(prefix) && !isAlive(name)))
  for (const id of left) await removeCgroup(join(parent, id))
}

/** A cgroup's files cannot be removed and need not be: only the directories, from the leaves up. */
async function removeTree(dir: string): Promise<void> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(dir, entry.name))
  await rmdir(dir).catch(() => undefined)
}
