import { readFileSync } from 'node:fs'
import { exec } from '@actions/exec'
import { UserError } from '../foundation/errors.js'

/** What a program said. `stderr` keeps its last 64 KiB; output is never echoed to the log by itself. */
export interface ExecOutput {
  code: number
  stdout: string
  stderr: string
}

export interface ExecOptions {
  cwd?: string
  /** Added to the action's own environment. */
  env?: Record<string, string>
  /** Written to the program's standard input: the way to hand over secrets, which never go into arguments. */
  input?: string
  /** Called for every line of standard output as it comes. */
  onLine?: (line: string) => void
  /** Called with standard output as it comes, for megabytes of it: `stdout` then stays empty. */
  onBytes?: (chunk: Buffer) => void
}

/**
 * Runs a program with an argument array; there is no shell anywhere.
 *
 * A non-zero exit code is an answer, not an error: callers decide what it means.
 *
 * @throws UserError `tool-missing` when there is no such program.
 */
export type Exec = (program: string, args: string[], options?: ExecOptions) => Promise<ExecOutput>

const stderrLimit = 64 * 1024

/** @param redact takes secrets out of what programs say on standard error, which ends up in messages. */
export function execIn(directory: string, cancelled: AbortSignal, redact = (text: string): string => text): Exec {
  return async (program, args, options = {}) => {
    const forward = (): void => interruptChildren()
    cancelled.addEventListener('abort', forward, { once: true })
    try {
      const said: Buffer[] = []
      const complaint = tail(8 * stderrLimit)
      const code = await exec(`"${program}"`, args, {
        cwd: options.cwd ?? directory,
        env: { ...(process.env as Record<string, string>), ...options.env },
        silent: true,
        ignoreReturnCode: true,
        ...(options.input === undefined ? {} : { input: Buffer.from(options.input) }),
        listeners: {
          stdout: options.onBytes ?? ((chunk) => void said.push(chunk)),
          stderr: complaint.add,
          ...(options.onLine === undefined ? {} : { stdline: options.onLine }),
        },
      })
      return { code, stdout: Buffer.concat(said).toString(), stderr: lastOf(complaint, redact) }
    } catch (error) {
      if (/unable to locate executable/i.test(String(error))) {
        throw new UserError('tool-missing', `The program "${program}" is not on this runner's PATH.`, {
          fix: `Install ${program} in a step before this one (azure/setup-helm installs Helm).`,
          cause: error,
        })
      }
      throw error
    } finally {
      cancelled.removeEventListener('abort', forward)
    }
  }
}

interface Tail {
  add(chunk: Buffer): void
  text(): string
  /** Its beginning is lost. */
  isCut(): boolean
}

/** The last chunks that a program wrote, of `bytes` at least. */
function tail(bytes: number): Tail {
  const chunks: Buffer[] = []
  let size = 0
  let cut = false
  return {
    add(chunk) {
      chunks.push(chunk)
      size += chunk.length
      while (size - (chunks[0]?.length ?? 0) >= bytes) {
        size -= chunks.shift()?.length ?? 0
        cut = true
      }
    },
    text: () => Buffer.concat(chunks).toString(),
    isCut: () => cut,
  }
}

/**
 * Freed of secrets before it is cut: half a secret would not be found. What is left of a secret that the tail itself has cut
 * stands at its very beginning, and goes; no secret is longer than the limit.
 */
function lastOf(complaint: Tail, redact: (text: string) => string): string {
  const shown = redact(complaint.text())
  return (complaint.isCut() ? shown.slice(stderrLimit) : shown).slice(-stderrLimit)
}

/**
 * Sends SIGINT to the programs that this process runs, so that Helm can mark a release as failed before it goes.
 *
 * The runner signals only the action's own process, and @actions/exec does not hand out its child; Linux lists the
 * children of a thread in /proc.
 */
function interruptChildren(): void {
  try {
    const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
    for (const pid of children.split(' ').filter(Boolean)) process.kill(Number(pid), 'SIGINT')
  } catch {
    // No such list here (not Linux), or the child has just ended: the runner ends the whole tree in a moment.
  }
}
