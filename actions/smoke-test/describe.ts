import type { Verdict } from '../../shared/action/result.js'
import { bounded, code, plain, summaryLimit } from '../../shared/report/markdown.js'
import type { CheckReport } from './verdict.js'

/** One check as a line of the log. */
export const line = ({ asked, came, tries, ms, verdict }: CheckReport): string =>
  verdict === undefined
    ? `${asked}: ${came}`
    : `${verdict}: ${asked}: ${came} (${tries} ${tries === 1 ? 'try' : 'tries'}, ${(ms / 1000).toFixed(1)} s)`

/** The checks as a table, for the job's summary. */
export function describe(cluster: string, verdict: Verdict, reports: CheckReport[]): string {
  const rows = reports.map(
    ({ asked, came, tries, ms, verdict }) =>
      `| ${verdict ?? '-'} | ${code(asked)} | ${plain(came)} | ${tries} | ${(ms / 1000).toFixed(1)} s |`,
  )
  const head = ['| verdict | asked | came | tries | time |', '| --- | --- | --- | --- | --- |']
  return bounded([`### Smoke test of ${plain(cluster)}: ${verdict}`, '', ...head, ...rows, ''].join('\n'), summaryLimit)
}
