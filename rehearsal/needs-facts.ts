import { mkdir, readdir, rmdir, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { cgroupMounts, runId } from './isolate/cgroups.js'

import { kubernetesFolder } from './tools/kubernetes.js'

/** Looks at the machine; changes nothing that it does not undo at once. */
export async function collectMachineFacts(toolsDir: string): Promise<MachineFacts> {
  const root = process.getuid?.() === 0
  const [git, go, npm, unshare, setpriv] = await Promise.all([
    answer('git', ['--version']),
    answer('go', ['version']),
    answer('npm', ['--version']),
    answer('unshare', ['--version']),
    answer('setpriv', ['--version']),
  ])
  const built = (await readdir(toolsDir).catch((): string[] => [])).includes(kubernetesFolder)
  return {
    platform: process.platform,
    arch: process.arch,
    root,
    git: versionIn(git),
    go: versionIn(go),
    npm: versionIn(npm),
    unshare: unshare !== undefined,
    setpriv: setpriv !== undefined,
    namespaces: root && unshare !== undefined ? await whyNoNamespaces() : undefined,
    cgroups: root ? await whyNoCgroups() : undefined,
    built,
    free: await freeBytes(toolsDir),
    cacheDir: toolsDir,
  }
}

async function answer(program: string, args: string[]): Promise<string | undefined> {
  const result = await execa(program, args, { reject: false })
  return result.failed ? undefined : result.stdout
}

export const versionIn = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : /\d+\.\d+(\.\d+)?/.exec(text)?.[0]

async function whyNoNamespaces(): Promise<string | undefined> {
  const result = await execa('unshare', ['--net', '--mount', '--pid', '--fork', '--mount-proc', 'true'], {
    reject: false,
  })
  return result.failed ? result.stderr.trim() || result.shortMessage : undefined
}

async function whyNoCgroups(): Promise<string | undefined> {
  const mounts = cgroupMounts()
  if (mounts.length === 0) return 'none are mounted'
  for (const mount of mounts) {
    const probe = join(mount, `${runId()}-probe`)
    const why = await mkdir(probe).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    )
    if (why) return why
    await rmdir(probe)
  }
  return undefined
}

/** Of the nearest folder that exists. */
async function freeBytes(dir: string): Promise<number> {
  const space = await statfs(dir).catch(() => undefined)
  if (!space) return dir === dirname(dir) ? 0 : freeBytes(dirname(dir))
  return space.bavail * space.bsize
}

/** What was found out about the machine; see `collectFacts`. */
export interface MachineFacts {
  platform: string
  arch: string
  root: boolean
  /** Version, or undefined where the program is not there. */
  git: string | undefined
  go: string | undefined
  npm: string | undefined
  /** util-linux's programs that make the namespaces. */
  unshare: boolean
  setpriv: boolean
  /** Why no namespaces can be made; undefined: they can, or it was not tried for want of root. */
  namespaces: string | undefined
  /** Why no cgroup can be made. */
  cgroups: string | undefined
  /** Kubernetes was built before: Go and most of the space are not needed any more. */
  built: boolean
  /** Bytes. */
  free: number
  cacheDir: string
}
