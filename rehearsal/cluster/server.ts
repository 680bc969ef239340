import { spawn } from 'node:child_process'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pollUntil } from './poll.js'

/** A long-running program of the cluster, with its output in a file. */
export interface RunningServer {
  name: string
  /** How it ended, if it did: `exit code 1`, `signal SIGKILL`, `not started: ...`. */
  ended(): string | undefined
  /** The last lines of its output. */
  tail(lines?: number): Promise<string>
  /** SIGTERM, and SIGKILL when it does not end within 5 s. */
  stop(): Promise<void>
}

/** Starts a server of one cluster, which then is one of those that are watched and stopped. */
export type ServerRun = (name: string, program: string, args: string[]) => Promise<void>

/** Starts a program; `logDir` gets `<name>.log`. */
export async function startServer(
  name: string,
  program: string,
  args: string[],
  options: { logDir: string; env?: NodeJS.ProcessEnv },
): Promise<RunningServer> {
  const file = join(options.logDir, `${name}.log`)
  const log = await open(file, 'a')
  const child = spawn(program, args, {
    env: options.env ?? process.env,
    stdio: ['ignore', log.fd, log.fd],
    // Signals of the terminal are for the program that uses the cluster: it stops the servers in their order.
    detached: true,
  })

  let end: string | undefined
  const over = new Promise<void>((resolve) => {
    const finish = (how: string): void => {
      end = how
      resolve()
    }
    child.once('error', (error) => finish(`not started: ${error.message}`))
    child.once('exit', (code, signal) => finish(signal ? `signal ${signal}` : `exit code ${code}`))
  })
  await log.close()
  return {
    name,
    ended: () => end,
    tail: async (lines = 15) => (await readFile(file, 'utf8')).trimEnd().split('\n').slice(-lines).join('\n'),
    stop: async () => {
      child.kill('SIGTERM')
      const killer = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await over
      clearTimeout(killer)
    },
  }
}

/** Waits until `probe` holds. A server that ends meanwhile, or the deadline, is an error that shows the end of its log. */
export async function untilReady(
  what: string,
  servers: RunningServer[],
  probe: () => Promise<boolean>,
  deadline = 60_000,
): Promise<void> {
  const dead = (): RunningServer | undefined => servers.find((server) => server.ended() !== undefined)
  const ready = await pollUntil(async () => dead() !== undefined || (await probe()), { deadline, every: 50 })
  const culprit = dead() ?? (ready ? undefined : servers.at(-1))
  if (!culprit) return
  const why = culprit.ended() ? `${culprit.name} ended (${culprit.ended()})` : `not within ${deadline / 1000} s`
  throw new Error(`The cluster has no ${what}: ${why}. End of the log of ${culprit.name}:\n${await culprit.tail()}`)
}
