/** What is being done for one tool right now; `done` of `total` where a count is known. */
export interface Progress {
  tool: string
  doing: string
  done?: number
  total?: number
  finished?: boolean
}

export type Report = (progress: Progress) => void

export const showProgress = ({ tool, doing, done, total, finished }: Progress): string =>
  [
    finished ? '✓' : '…',
    tool.padEnd(12),
    total === undefined ? '' : `${String(Math.floor((100 * (done ?? 0)) / Math.max(1, total))).padStart(3)} %`,
    doing,
  ]
    .filter(Boolean)
    .join(' ')

/**
 * Writes progress for a person: a terminal gets one line a tool's step, overwritten while it moves; a log gets a line
 * when a tool is finished and otherwise one in `quiet` ms at most.
 */
export function progressWriter(out: NodeJS.WriteStream, quiet = 15_000): Report {
  const started = Date.now()
  let last = 0
  return (progress) => {
    const elapsed = Math.round((Date.now() - started) / 1000)
    const line = `${showProgress(progress)} (${elapsed} s)`
    if (out.isTTY) {
      out.write(`\r\x1b[2K${line.slice(0, (out.columns ?? 80) - 1)}${progress.finished ? '\n' : ''}`)
      return
    }
    if (!progress.finished && Date.now() - last < quiet) return
    last = Date.now()
    out.write(`${line}\n`)
  }
}
