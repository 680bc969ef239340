import { startChild } from '../../../shared/exec/child.js'
import type { CommandCheck } from '../../../shared/policy/smoke-types.js'
import type { CheckFound, CheckTry } from '../repeat.js'

/** What sysexits calls a temporary failure: the program itself says that it could not tell. */
const cannotTell = 75
/** Only so many lines of a program are shown, of each try; all of them would bury the log. */
const shownLines = 200

/** Runs a `command` check once, in the checked out repository. What it started is ended with it, at the latest in time. */
export async function askCommand(
  { command, env }: CommandCheck,
  cwd: string,
  { signal, left, tell }: CheckTry,
): Promise<CheckFound> {
  const [program = '', ...args] = command
  let lines = 0
  let last = ''
  const child = startChild(program, args, {
    cwd,
    env,
    onLine(line) {
      if (line.trim() === '') return
      last = line
      lines += 1
      if (lines <= shownLines) tell(line)
      if (lines === shownLines + 1) tell('(further output is not shown)')
    },
  })
  let late = false
  const stop = (): void => {
    late = true
    void child.stop()
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    return judgeCommand(await child.ended, last, late ? left : undefined)
  } finally {
    signal.removeEventListener('abort', stop)
    await child.stop()
  }
}

/** `late`: after how many milliseconds it was stopped. */
export function judgeCommand(code: number | undefined, last: string, late?: number): CheckFound {
  const said = last === '' ? '' : `: ${last}`
  if (late !== undefined) return { is: 'wrong', came: `did not end within ${(late / 1000).toFixed(1)} s${said}` }
  if (code === 0) return { is: 'right', came: `exit code 0${said}` }
  if (code === cannotTell) return { is: 'unknown', came: `exit code 75${said}` }
  return { is: 'wrong', came: code === undefined ? `ended by a signal${said}` : `exit code ${code}${said}` }
}
