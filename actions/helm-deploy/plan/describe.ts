import type { RunFacts } from '../../../shared/foundation/run-facts.js'
import { allWaves } from '../../../shared/policy/types.js'
import {
  escapeMarkdown,
  markdownCode,
  markdownLink,
  summaryLimit,
  truncateMarkdown,
} from '../../../shared/report/markdown.js'
import type { CommitRangeDecision, PlannedCluster } from '../commits/commit-range.js'

/** The plan for people: clusters in the order they are deployed, and which pull requests each of them gets. */
export function describePlan(
  run: RunFacts,
  { clusters, leftOut, undone, accepted }: Extract<CommitRangeDecision, { kind: 'go' }>,
  encrypted: string[],
): string {
  const rows = allWaves.flatMap((wave) =>
    clusters.filter((cluster) => cluster.wave === wave).map((cluster) => row(cluster, run)),
  )
  return truncateMarkdown(
    [
      `### Plan for ${markdownCode(run.sha.slice(0, 7))}`,
      '',
      '| wave | cluster | from | changes |',
      '| --- | --- | --- | --- |',
      ...rows,
      '',
      ...leftOut.map(
        ({ name, message, fix }) =>
          `${escapeMarkdown(name)} is skipped. ${escapeMarkdown(message, 400)} ${escapeMarkdown(fix, 400)}\n`,
      ),
      ...undone.map(
        ({ sha, author }) =>
          `${markdownCode(sha.slice(0, 7))} by ${escapeMarkdown(author)} did not pass the gate; it is fully reverted.\n`,
      ),
      ...accepted.map(
        ({ sha, author, accepted: by = '' }) =>
          `${markdownCode(sha.slice(0, 7))} by ${escapeMarkdown(author)} did not pass the gate; ${escapeMarkdown(by)} approved it.\n`,
      ),
      ...(encrypted.length === 0
        ? []
        : [
            `Encrypted files, rendered with placeholders: ${encrypted.map((file) => markdownCode(file)).join(', ')}.`,
            '',
          ]),
    ].join('\n'),
    summaryLimit,
  )
}

function row({ wave, name, from, commits }: PlannedCluster, run: RunFacts): string {
  const changes = commits.map(({ sha, component, from: old, to, pull }) =>
    component === undefined && to === sha
      ? `reviewed: ${markdownLink(`#${pull.number}`, pull.url)}`
      : component === undefined
        ? `revert to ${markdownCode(to.slice(0, 7))} (${markdownLink(`#${pull.number}`, pull.url)})`
        : `${escapeMarkdown(component)} ${markdownCode(old)} → ${markdownCode(to)} (${markdownLink(`#${pull.number}`, pull.url)})`,
  )
  const what = from === run.sha ? 'none: already verified' : changes.join('<br>')
  return `| ${wave} | ${escapeMarkdown(name)} | ${markdownCode(from.slice(0, 7))} | ${what} |`
}
