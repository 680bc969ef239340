import { escapeMarkdown, markdownCode, summaryLimit, truncateMarkdown } from '../../../shared/report/markdown.js'

/** The first operator's approval, for people: who has to do what by when. */
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
  const message = `${operator} approved the adoption of ${cluster} at ${commit.slice(0, 7)}; a second operator has to approve it by ${by}.`
  const lines = [
    `### ${escapeMarkdown(cluster)}: a second operator has to approve`,
    '',
    `${escapeMarkdown(message, 400)} Nothing was inspected or verified yet.`,
    '',
    '**What to do next:** another operator starts the same workflow while main is still at this commit:',
    '',
    `    gh workflow run adopt.yml --repo ${repo} -f cluster=${cluster}`,
    '',
    ...(elsewhere
      ? [
          `The approval by ${escapeMarkdown(elsewhere.operator)} does not count: it is for ${markdownCode(elsewhere.commit.slice(0, 7))}, and main has changed since.`,
          '',
        ]
      : []),
  ]
  return { message, summary: truncateMarkdown(lines.join('\n'), summaryLimit) }
}
