import { structuredPatch } from 'diff'

export interface LineDiff {
  /** Unified hunks without file names; lines begin with a blank, `+` or `-`, hunks with `@@`. */
  lines: string[]
  added: number
  removed: number
  /** How many lines were left out at the end. */
  left: number
}

// Two texts that have nothing in common would take quadratic time, and nobody reads such a diff line by line.
const maxEditLength = 2000
const lineLimit = 400

/** How two texts differ, in at most `limit` lines of at most 400 characters. */
export function lineDiff(before: string, after: string, limit: number): LineDiff {
  const lines = hunksOf(before, after)
  const count = (sign: string): number => lines.filter((line) => line.startsWith(sign)).length
  return {
    lines: lines.slice(0, limit).map((line) => (line.length > lineLimit ? `${line.slice(0, lineLimit)}…` : line)),
    added: count('+'),
    removed: count('-'),
    left: Math.max(0, lines.length - limit),
  }
}

function hunksOf(before: string, after: string): string[] {
  const patch = structuredPatch('', '', before, after, '', '', { context: 3, maxEditLength })
  if (!patch) return [...signed('-', before), ...signed('+', after)]
  return patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
    ...lines.filter((line) => !line.startsWith('\\')),
  ])
}

const signed = (sign: string, text: string): string[] =>
  text === ''
    ? []
    : text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => sign + line)
