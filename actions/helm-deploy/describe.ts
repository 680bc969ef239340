import { type RunFacts, runUrl } from '../../shared/action/run-facts.js'
import { allWaves } from '../../shared/policy/types.js'
import {
  escapeMarkdown,
  markdownCode,
  markdownLink,
  summaryLimit,
  truncateMarkdown,
} from '../../shared/report/markdown.js'
import type { CommitRangeDecision, PlannedCluster } from './commit-range.js'

/** The plan for people: clusters in the order they are deployed, and which pull requests each of them gets. */
export function describePlan(
  run: RunFacts,
  { clusters, leftOut, undone, accepted }: Extract<CommitRangeDecision, { kind: 'go' }>,
  standIns: string[],
): string {
  const rows = allWaves.flatMap((wave) =>
    clusters.filter((cluster) => cluster.wave === wave).map((cluster) => row(cluster, run)),
  )
  return truncateMarkdown(
    [
      `### Plan for ${markdownCode(run.sha.slice(0, 7))}`,
      '',
      '| wave | cluster | from | brings |',
      '| --- | --- | --- | --- |',
      ...rows,
      '',
      ...leftOut.map(
        ({ name, message, fix }) =>
          `${escapeMarkdown(name)} is left out. ${escapeMarkdown(message, 400)} ${escapeMarkdown(fix, 400)}\n`,
      ),
      ...undone.map(
        ({ sha, author }) =>
          `${markdownCode(sha.slice(0, 7))} by ${escapeMarkdown(author)} passed no gate; nothing of it is left.\n`,
      ),
      ...accepted.map(
        ({ sha, author, accepted: by = '' }) =>
          `${markdownCode(sha.slice(0, 7))} by ${escapeMarkdown(author)} passed no gate; ${escapeMarkdown(by)} accepted it.\n`,
      ),
      ...(standIns.length === 0
        ? []
        : [`Encrypted, so rendered with stand-ins: ${standIns.map((file) => markdownCode(file)).join(', ')}.`, '']),
    ].join('\n'),
    summaryLimit,
  )
}

function row({ wave, name, from, commits }: PlannedCluster, run: RunFacts): string {
  const brings = commits.map(({ sha, component, from: old, to, pull }) =>
    component === undefined && to === sha
      ? `reviewed: ${markdownLink(`#${pull.number}`, pull.url)}`
      : component === undefined
        ? `back to ${markdownCode(to.slice(0, 7))} (${markdownLink(`#${pull.number}`, pull.url)})`
        : `${escapeMarkdown(component)} ${markdownCode(old)} → ${markdownCode(to)} (${markdownLink(`#${pull.number}`, pull.url)})`,
  )
  const what = from === run.sha ? 'nothing new: verified already' : brings.join('<br>')
  return `| ${wave} | ${escapeMarkdown(name)} | ${markdownCode(from.slice(0, 7))} | ${what} |`
}

/** The first operator's word, for people: who has to do what until when. */
export function describeWaiting(facts: {
  repo: string
  cluster: string
  commit: string
  operator: string
  until: Date
  elsewhere: { operator: string; commit: string } | undefined
}): { message: string; summary: string } {
  const { repo, cluster, commit, operator, until, elsewhere } = facts
  const by = `${until.toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const message = `${operator} wants ${cluster} adopted at ${commit.slice(0, 7)}; one more operator has to say so until ${by}.`
  const lines = [
    `### ${escapeMarkdown(cluster)}: one more operator`,
    '',
    `${escapeMarkdown(message, 400)} Nothing was looked at yet, and nothing is verified.`,
    '',
    '**What to do next:** another operator starts the same workflow, while main is still at this commit:',
    '',
    `    gh workflow run adopt.yml --repo ${repo} -f cluster=${cluster}`,
    '',
    ...(elsewhere
      ? [
          `${escapeMarkdown(elsewhere.operator)}'s word does not count: it is for ${markdownCode(elsewhere.commit.slice(0, 7))}, and main moved since.`,
          '',
        ]
      : []),
  ]
  return { message, summary: truncateMarkdown(lines.join('\n'), summaryLimit) }
}

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
