import { type RunFacts, runUrl } from '../../../shared/foundation/run-facts.js'
import {
  escapeMarkdown,
  markdownCode,
  markdownLink,
  summaryLimit,
  truncateMarkdown,
} from '../../../shared/report/markdown.js'

/** How one cluster's deploy ended, for its job's summary. */
export function describeDeploy(run: RunFacts, cluster: string, headline: string, details: string[]): string {
  return truncateMarkdown(
    [
      `### ${escapeMarkdown(cluster)}: ${escapeMarkdown(headline, 400)}`,
      '',
      ...details.map((line) => `- ${markdownCode(line, 400)}`),
      '',
      `${markdownLink('Run', runUrl(run))}, commit ${markdownCode(run.sha.slice(0, 7))}`,
      '',
    ].join('\n'),
    summaryLimit,
  )
}
