import pc from 'picocolors'

export type Mood = 'plain' | 'good' | 'bad' | 'chapter'

export interface TimelineLine {
  /** Where it happens or who does it: a person, a repository, a cluster. */
  who: string
  what: string
  mood?: Mood
}

/** The story as it goes: one line a happening, with the time since the start; a terminal also sees what is awaited. */
export interface Timeline {
  tell(line: TimelineLine): void
  /** What everybody waits for now, shown below the last line on a terminal. */
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

export function startTimeline(out: NodeJS.WriteStream): Timeline {
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
