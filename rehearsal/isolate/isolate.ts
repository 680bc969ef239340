import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeCgroup, removeCgroup, runId, sweepCgroups } from './cgroups.js'
import { readIsolation } from './inside.js'
import type { SignalMessage, StartMessage } from './protocol.js'

export interface IsolateOptions {
  /** A static busybox: it brings the loopback interface up and mounts. */
  busybox: string
  env?: NodeJS.ProcessEnv
  cwd?: string
  /** Names for addresses, in the /etc/hosts that only the program sees. */
  hosts?: Record<string, string>
  /** `machine`: no network of its own, for a cluster that is there already; or that of a process. Default: `own`. */
  network?: Network
  /** How long (ms) the program may take to end after a signal. */
  grace?: number
}

export type Network = 'own' | 'machine' | { process: number }

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs a program as root in network, mount and PID namespaces of its own, and returns its exit code (128 + the number
 * of the signal that ended it).
 *
 * However it ends, and even when this process is killed with SIGKILL, the kernel takes every process, mount and
 * interface that was made inside with it. The machine's sysctls and /etc/hosts are covered by copies. Only empty
 * cgroups can outlive a SIGKILL: the next run removes them.
 *
 * SIGINT, SIGTERM and SIGHUP are passed on once; a second one, or the end of the grace time, ends everything at once.
 */
export async function runIsolated(command: string, args: string[], options: IsolateOptions): Promise<number> {
  // Started inside another run, this one's cgroups belong to that one's.
  const parent = readIsolation()?.cgroup ?? '/'
  await sweepCgroups(parent)
  const id = runId()
  const cgroup = join(parent, id)
  await makeCgroup(cgroup)
  const child = enterNamespaces(options.network ?? 'own')
  child.send(start({ id, cgroup }, command, args, options))

  const stopForwarding = forwardSignals(child, options.grace ?? 30_000)
  const [code, signal]: [number | null, NodeJS.Signals | null] = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (...end) => resolve(end))
  })
  stopForwarding()
  await removeCgroup(cgroup)
  return code ?? 128 + (signal ? constants.signals[signal] : 0)
}

/**
 * setpriv asks the kernel to kill `unshare` when this process dies, `--kill-child` the same for what it started. The
 * shell is the namespace's first process: it reaps the orphans that containers leave, which Node would not.
 */
function enterNamespaces(network: Network): ChildProcess {
  const inner = fileURLToPath(new URL('./inner.js', import.meta.url))
  const namespaces = [
    ...(network === 'own' ? ['--net'] : []),
    '--mount',
    '--pid',
    '--fork',
    '--mount-proc',
    '--kill-child=KILL',
  ]
  const init = ['/bin/sh', '-c', '"$@"; exit "$?"', 'init', process.execPath, inner]
  const join = typeof network === 'object' ? ['nsenter', `--net=/proc/${network.process}/ns/net`] : []
  return spawn('setpriv', ['--pdeathsig', 'KILL', ...join, 'unshare', ...namespaces, ...init], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // A process group of its own: Ctrl-C reaches this process only, which passes it on once.
    detached: true,
  })
}

function start(
  run: Pick<StartMessage, 'id' | 'cgroup'>,
  command: string,
  args: string[],
  options: IsolateOptions,
): StartMessage {
  const env = Object.entries(options.env ?? process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return {
    ...run,
    busybox: options.busybox,
    hosts: options.hosts ?? {},
    command,
    args,
    cwd: options.cwd ?? process.cwd(),
    env: Object.fromEntries(env),
  }
}

/** Returns what stops it. */
function forwardSignals(child: ChildProcess, grace: number): () => void {
  let timer: NodeJS.Timeout | undefined
  const onSignal = (signal: NodeJS.Signals): void => {
    const passOn = signals.find((name) => name === signal)
    if (timer || !passOn || !child.connected) {
      child.kill('SIGKILL')
      return
    }
    timer = setTimeout(() => child.kill('SIGKILL'), grace)
    child.send({ signal: passOn } satisfies SignalMessage)
  }
  for (const signal of signals) process.on(signal, onSignal)
  return () => {
    clearTimeout(timer)
    for (const signal of signals) process.off(signal, onSignal)
  }
}
