import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { hostsLines, type Isolation, isolationFile, privateDir, readIsolation } from './inside.js'
import type { StartMessage } from './protocol.js'

/** Sysctls that the kubelet sets. They are the whole machine's, not a namespace's: it writes to files of ours instead. */
const sysctls = [
  'vm/overcommit_memory',
  'vm/panic_on_oom',
  'kernel/panic',
  'kernel/panic_on_oops',
  'kernel/keys/root_maxkeys',
  'kernel/keys/root_maxbytes',
]

/**
 * Makes the new namespaces a place where a cluster can run without leaving a trace on the machine. Returns the
 * environment of the program to run.
 */
export async function prepareIsolation(start: StartMessage): Promise<Record<string, string>> {
  const busybox = (...args: string[]) => execa(start.busybox, args)

  await busybox('ip', 'link', 'set', 'lo', 'up')
  if (!readIsolation()) await privateViews(busybox, start.cwd)
  await privateState(busybox)
  await mkdir(join(privateDir, 'sysctl'), { recursive: true })
  for (const name of sysctls) await cover(busybox, join('/proc/sys', name), join('sysctl', name.replaceAll('/', '.')))
  await cover(busybox, '/etc/hosts', 'hosts', hostsLines(start.hosts))

  const facts: Isolation = { id: start.id, cgroup: start.cgroup, dir: privateDir }
  await writeFile(isolationFile, JSON.stringify(facts))

  const temporary = join(privateDir, 'tmp')
  await mkdir(temporary)
  // kubectl remembers what an API server offers by its address, and every rehearsal's has the same one.
  return { ...start.env, TMPDIR: temporary, KUBECACHEDIR: join(privateDir, 'kube-cache') }
}

type Busybox = (...args: string[]) => PromiseLike<unknown>

/**
 * Directories that become copy-on-write views of themselves, because programs write there whatever they are told: CNI's
 * network namespaces, containerd's and runc's sockets; the kubelet's device plugins, CNI's results; links to pods' logs.
 */
const viewed = ['/run', '/var/lib', '/var/log']

async function privateViews(busybox: Busybox, cwd: string): Promise<void> {
  const scratch = '/mnt' // any directory that is always there; covered for a moment, in this namespace only
  await busybox('mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', scratch)
  for (const dir of viewed) {
    // What the program writes at its own place is meant to stay.
    if (!existsSync(dir) || `${cwd}/`.startsWith(`${dir}/`)) continue
    const own = join(scratch, dir)
    await mkdir(join(own, 'upper'), { recursive: true })
    await mkdir(join(own, 'work'))
    const layers = `lowerdir=${dir},upperdir=${own}/upper,workdir=${own}/work`
    await busybox('mount', '-t', 'overlay', '-o', layers, 'overlay', dir)
  }
  await busybox('umount', '-l', scratch)
}

/** A plain tmpfs for state: containers' overlays cannot lie on an overlay. */
async function privateState(busybox: Busybox): Promise<void> {
  await mkdir(privateDir, { recursive: true })
  await busybox('mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', privateDir)
}

/** Puts a copy of a file over it. */
async function cover(busybox: Busybox, file: string, name: string, more = ''): Promise<void> {
  if (!existsSync(file)) return
  const copy = join(privateDir, name)
  await writeFile(copy, (await readFile(file, 'utf8')) + more)
  await busybox('mount', '--bind', copy, file)
}
