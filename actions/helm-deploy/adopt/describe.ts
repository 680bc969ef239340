import { escapeMarkdown, markdownCode, summaryLimit, truncateMarkdown } from '../../../shared/report/markdown.js'

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
