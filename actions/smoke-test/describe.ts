import type { SmokeVerdict } from '../../shared/foundation/result.js'
import { escapeMarkdown, markdownCode, summaryLimit, truncateMarkdown } from '../../shared/report/markdown.js'
import type { CheckReport } from './report.js'

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

/** One check as a line of the log. */
export const checkLine = ({ name, came, tries, ms, verdict }: CheckReport): string =>
  verdict === undefined
    ? `${name}: ${came}`
    : `${verdict}: ${name}: ${came} (${tries} ${tries === 1 ? 'try' : 'tries'}, ${seconds(ms)})`

const cells = 24

/** When in the whole time a check ran, in characters of one width: `··███···`. */
export function timingBar(start: number, ms: number, whole: number): string {
  const cell = (at: number): number => Math.round((Math.min(at, whole) / Math.max(1, whole)) * cells)
  const from = Math.min(cells - 1, cell(start))
  const length = Math.max(1, cell(start + ms) - from)
  return '·'.repeat(from) + '█'.repeat(length) + '·'.repeat(Math.max(0, cells - from - length))
}

/** The checks as a table, for the job's summary. */
export function describeTest(cluster: string, verdict: SmokeVerdict, reports: readonly CheckReport[]): string {
  const whole = Math.max(...reports.map(({ start, ms }) => start + ms), 1)
  const rows = reports.map(({ name, came, tries, start, ms, verdict }) => {
    const times = verdict === undefined ? ['', '', ''] : [tries, seconds(ms), markdownCode(timingBar(start, ms, whole))]
    return `| ${[verdict ?? '-', markdownCode(name), escapeMarkdown(came, 500), ...times].join(' | ')} |`
  })
  const head = ['| verdict | check | result | tries | time | when |', '| --- | --- | --- | --- | --- | --- |']
  return truncateMarkdown(
    [`### Smoke test of ${escapeMarkdown(cluster)}: ${verdict}`, '', ...head, ...rows, ''].join('\n'),
    summaryLimit,
  )
}

const maxEvidence = 50
const maxText = 500

/** The reports for `result`, which the next jobs get as an output: the worst are kept where they are too many. */
export function testEvidence(reports: readonly CheckReport[]): { kind: 'smoke'; ok: boolean; text: string }[] {
  const all = reports.map((report) => ({
    kind: 'smoke' as const,
    ok: report.verdict === 'pass' || report.verdict === undefined,
    text: checkLine(report).slice(0, maxText),
  }))
  if (all.length <= maxEvidence) return all
  const kept = [...all.filter(({ ok }) => !ok), ...all.filter(({ ok }) => ok)].slice(0, maxEvidence)
  return [...kept, { kind: 'smoke', ok: true, text: `and ${all.length - maxEvidence} more checks` }]
}
