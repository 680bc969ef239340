import pc from 'picocolors'

export type Mood = 'plain' | 'good' | 'bad' | 'chapter'

export interface TimelineLine {
  /** Where it happens or who does it: a person, a repository, a cluster. */
  who: string
  what: string
  mood?: Mood
  /** Shown only where somebody asked for details. */
  detail?: boolean
}

/** What happens, one line each, with the time since the start. A terminal also shows what the rehearsal waits for. */
export interface Timeline {
  tell(line: TimelineLine): void
  /** What the rehearsal waits for now, shown below the last line on a terminal. */
  waitFor(what: string): void
  end(): void
}

const clock = (ms: number): string =>
  `${String(Math.floor(ms / 60_000)).padStart(2)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`

const marks: Record<Mood, string> = { plain: ' ', good: pc.green('✓'), bad: pc.red('✗'), chapter: pc.cyan('▶') }

export function showLine({ who, what, mood = 'plain' }: TimelineLine, elapsed: number): string {
  if (mood === 'chapter') return `\n${pc.bold(`${clock(elapsed)} ${marks.chapter} ${what}`)}`
  return `${pc.dim(clock(elapsed))} ${marks[mood]} ${pc.bold(who.padEnd(10))} ${what}`
}

/** Where lines go: a terminal also gets what is awaited. */
type Output = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>

/** @param verbose also shows details, such as workflow runs that succeeded. */
export function startTimeline(out: Output, verbose = false): Timeline {
  const started = Date.now()
  let waiting: { what: string; since: number } | undefined
  const clear = (): void => {
    if (out.isTTY) out.write('\r\x1b[2K')
  }
  const status = (): void => {
    if (!out.isTTY || waiting === undefined) return
    clear()
    const seconds = Math.round((Date.now() - waiting.since) / 1000)
    out.write(pc.dim(`      … ${waiting.what} (${seconds} s)`.slice(0, (out.columns ?? 80) - 1)))
  }
  const ticking = setInterval(status, 500)
  ticking.unref()

  return {
    tell(line) {
      if (line.detail && !verbose) return
      clear()
      out.write(`${showLine(line, Date.now() - started)}\n`)
      status()
    },
    waitFor(what) {
      waiting = { what, since: Date.now() }
      status()
    },
    end() {
      clearInterval(ticking)
      clear()
    },
  }
}
