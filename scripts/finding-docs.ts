import type { Finding } from '../actions/doctor/findings.js'
import { tableCell } from './action-docs.js'

/** What the doctor can find: what makes its run red comes first. */
export function findingTable(findings: Record<string, Finding>): string {
  const rows = (severity: Finding['severity']): string[] =>
    Object.entries(findings).flatMap(([id, finding]) =>
      finding.severity === severity
        ? [`| \`${id}\` | ${severity} | ${tableCell(finding.means)} | ${tableCell(finding.mend)} |`]
        : [],
    )
  return [
    '| finding | severity | what it means | what to do |',
    '| --- | --- | --- | --- |',
    ...rows('wrong'),
    ...rows('warning'),
  ].join('\n')
}
