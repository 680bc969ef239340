import type { Probe } from './probe.js'

/** What became of one row: GitHub's answer, or why there is none. */
export type Answer = { seen: string } | { unsettled: string }

export interface Verdict extends Pick<Probe, 'row' | 'expected' | 'otherwise'> {
  kind: 'expected' | 'differs' | 'not settled'
  /** What was seen, or why nothing was. */
  told: string
}

/** A row without an answer is never one that is as expected. */
export function judge({ row, expected, otherwise }: Omit<Probe, 'ask'>, answer: Answer): Verdict {
  const base = { row, expected, otherwise }
  if ('unsettled' in answer) return { ...base, kind: 'not settled', told: answer.unsettled }
  return { ...base, kind: answer.seen === expected ? 'expected' : 'differs', told: answer.seen }
}

/** 0: all as expected. 1: something differs. 2: nothing differs, but not all has an answer. */
export function exitCode(verdicts: readonly Verdict[]): 0 | 1 | 2 {
  if (verdicts.some(({ kind }) => kind === 'differs')) return 1
  return verdicts.length > 0 && verdicts.every(({ kind }) => kind === 'expected') ? 0 : 2
}

const marks = { expected: 'ok', differs: 'DIFFERS', 'not settled': 'not settled' }

/** Lines for people: a table, and below it what to do about what differs. */
export function report(verdicts: readonly Verdict[]): string {
  const rows = [
    ['row', '', 'expected', 'seen'],
    ...verdicts.map(({ row, kind, expected, told }) => [row, marks[kind], expected, told].map(plain)),
  ]
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  const differing = verdicts.filter(({ kind }) => kind === 'differs')
  const count = (kind: Verdict['kind']): number => verdicts.filter((one) => one.kind === kind).length
  const sum = `${count('expected')} as expected, ${count('differs')} otherwise, ${count('not settled')} not settled.`
  const advice = differing.map(
    ({ row, otherwise }) => `${row} of docs/github-assumptions.md is to be changed, and with it ${otherwise}.`,
  )
  return [...lines, '', sum, ...advice, ''].join('\n')
}

/** What comes from GitHub stays on its line and away from the terminal's own commands. */
export const plain = (text: string): string => text.replace(/[\p{C}\s]+/gu, ' ').slice(0, 200)
