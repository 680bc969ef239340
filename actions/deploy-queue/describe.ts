import {
  escapeMarkdown,
  markdownCode,
  markdownLink,
  summaryLimit,
  truncateMarkdown,
} from '../../shared/report/markdown.js'
import type { UpstreamQueues } from './queues.js'
import type { EvaluatedHead } from './report.js'
import type { QueueState, UnknownQueue } from './types.js'

const maxPulls = 50

/** The run's page: each queue, and what was said of which pull request. Exceptions are named here, and in the status. */
export function describeQueues(repo: string, { queues }: UpstreamQueues, judged: EvaluatedHead[]): string {
  const rows = judged
    .slice(0, maxPulls)
    .map(
      ({ head, verdict }) =>
        `| ${escapeMarkdown(`#${head.pull}`)} | ${icons[verdict.state]} | ${escapeMarkdown(verdict.description)} |`,
    )
  const more = judged.length - maxPulls
  const table = [
    '| pull request | | |',
    '| --- | --- | --- |',
    ...rows,
    ...(more > 0 ? [`| and ${more} more | | |`] : []),
  ]
  const text = [
    `### ${escapeMarkdown(repo)}`,
    queues.map(inWords).join('\n'),
    ...(rows.length > 0 ? [table.join('\n')] : []),
  ]
  return `${truncateMarkdown(text.join('\n\n'), summaryLimit)}\n`
}

const icons = { success: '🟢', failure: '🔴', error: '🔴', pending: '🟡' }

function inWords(queue: QueueState | UnknownQueue): string {
  const name = markdownCode(queue.component)
  if ('problem' in queue) return `- ${name}: unknown. ${escapeMarkdown(queue.problem, 500)}`
  if (queue.shut)
    return `- ${name}: blocked by ${markdownLink(`#${queue.shut.number}`, queue.shut.url)} (${queue.shut.kind}).`
  if (queue.undeployed.length === 0) return `- ${name}: clear: all is deployed and verified.`
  const names = queue.undeployed.map(({ pull, commit }) =>
    escapeMarkdown(pull === undefined ? commit.slice(0, 7) : `#${pull}`),
  )
  return `- ${name}: not verified yet: ${names.join(', ')} (limit: ${queue.max}, including the next one).`
}
