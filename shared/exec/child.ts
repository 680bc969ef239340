import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { UserError } from '../foundation/errors.js'

/** A program that runs beside the action until it ends or is stopped. */
export interface Child {
  /** Its exit code, or undefined where a signal ended it. @throws UserError `tool-missing` when there is no such program. */
  ended: Promise<number | undefined>
  /** Asks it and what it started to end, then makes them; returns when it is gone. */
  stop(): Promise<void>
}

export interface ChildOptions {
  cwd: string
  /** Added to the action's own environment, of which no program gets the inputs: some of them are secrets. */
  env: Record<string, string>
  /** Every line of standard output and error as it comes. */
  onLine(line: string): void
}

const grace = 2_000

const ownEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('INPUT_')))

/** Starts a program with an argument array, in a process group of its own; there is no shell anywhere. */
export function startChild(program: string, args: readonly string[], { cwd, env, onLine }: ChildOptions): Child {
  const child = spawn(program, args, {
    cwd,
    env: { ...ownEnvironment(), ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine)
  const ended = new Promise<number | undefined>((resolve, reject) => {
    child.once('error', (cause) => {
      reject(
        new UserError('tool-missing', `The program "${program}" cannot be started: ${cause.message}`, {
          fix: `Install ${program} in a step before this one.`,
          cause,
        }),
      )
    })
    child.once('close', (code) => resolve(code ?? undefined))
  })
  ended.catch(() => {})
  const signal = (name: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name)
    } catch {
      // It has just ended.
    }
  }
  return {
    ended,
    async stop() {
      signal('SIGTERM')
      const force = setTimeout(() => signal('SIGKILL'), grace)
      await ended.catch(() => {})
      clearTimeout(force)
      // What it started may have outlived it.
      signal('SIGKILL')
    },
  }
}
