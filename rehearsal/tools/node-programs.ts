import { join } from 'node:path'
import { execa } from 'execa'
import { unpackDebian } from './debian.js'
import { isExecutable, isStatic, onPath } from './find.js'
import type { Report } from './progress.js'
import { provideTool } from './provide.js'

/** What a Kubernetes node runs containers with. */
export interface NodePrograms {
  containerd: string
  'containerd-shim-runc-v2': string
  ctr: string
  runc: string
  cniDir: string
  busybox: string
}

const engine = ['containerd', 'containerd-shim-runc-v2', 'ctr', 'runc'] as const
const cniPlugins = ['bridge', 'host-local', 'loopback']

/** Takes what the machine has; gets the rest from Debian's packages, unpacked into the cache. */
export async function provideNodePrograms(root: string, report: Report): Promise<NodePrograms> {
  const tool = 'containerd'
  const here = { engine: await engineOnPath(), cniDir: await cniOnMachine(), busybox: await staticBusybox() }

  const packages = [
    ...(here.engine ? [] : ['containerd', 'runc']),
    ...(here.cniDir ? [] : ['containernetworking-plugins']),
    ...(here.busybox ? [] : ['busybox-static']),
  ]
  const fetched =
    packages.length === 0
      ? ''
      : await provideTool(root, tool, `debian-${packages.join('-')}-1`, report, async (dir) => {
          await unpackDebian(packages, dir, (doing) => report({ tool, doing }))
          if (!here.engine) await Promise.all(Object.values(engineIn(dir)).map(starts))
        })

  return {
    ...(here.engine ?? engineIn(fetched)),
    cniDir: here.cniDir ?? join(fetched, 'usr/lib/cni'),
    busybox: here.busybox ?? join(fetched, 'bin/busybox'),
  }
}

type Engine = Record<(typeof engine)[number], string>

const engineIn = (dir: string): Engine => ({
  containerd: join(dir, 'usr/bin/containerd'),
  'containerd-shim-runc-v2': join(dir, 'usr/bin/containerd-shim-runc-v2'),
  ctr: join(dir, 'usr/bin/ctr'),
  runc: join(dir, 'usr/sbin/runc'),
})

/** All or none: parts of different origin need not fit together. */
async function engineOnPath(): Promise<Engine | undefined> {
  const [containerd, shim, ctr, runc] = await Promise.all(engine.map((program) => onPath(program)))
  return containerd && shim && ctr && runc ? { containerd, 'containerd-shim-runc-v2': shim, ctr, runc } : undefined
}

async function cniOnMachine(): Promise<string | undefined> {
  for (const dir of ['/usr/lib/cni', '/opt/cni/bin', '/usr/libexec/cni']) {
    const all = await Promise.all(cniPlugins.map((plugin) => isExecutable(join(dir, plugin))))
    if (all.every(Boolean)) return dir
  }
  return undefined
}

async function staticBusybox(): Promise<string | undefined> {
  const file = await onPath('busybox')
  return file && (await isStatic(file)) ? file : undefined
}

/** A program that was unpacked, not installed, may lack a shared library: better to know now. */
async function starts(program: string): Promise<void> {
  await execa(program, [program.includes('shim') ? '-v' : '--version'])
}
