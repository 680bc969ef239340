import type { RunFacts } from '../../shared/foundation/run-facts.js'
import { runUrl } from '../../shared/foundation/run-facts.js'
import {
  commentLimit,
  escapeMarkdown,
  markdownCode,
  markdownLink,
  mentionLogin,
  summaryLimit,
  truncateMarkdown,
} from '../../shared/report/markdown.js'
import type { TargetCandidate } from './cluster/select-target.js'
import { type RollbackRequest, requestBlock } from './rollback-request.js'
import type { RollbackPlan } from './start/start-rollback-facts.js'

const short = (commit: string): string => commit.slice(0, 7)
const where = ({ all, clusters }: RollbackRequest): string => (all ? 'every cluster' : clusters.join(', '))

export const freezeTitle = (order: RollbackRequest): string =>
  `Deploy freeze: manual rollback of ${where(order)} to ${short(order.to)}`

export const freezeMarker = '<!-- lockstep:freeze -->'

/** Why nothing is deployed for now, and how that ends. */
export function freezeBody(order: RollbackRequest, run: RunFacts): string {
  const ends = order.all
    ? 'Lockstep closes this issue once main is reverted too and the revert is verified. If it stays open, look at the run.'
    : `Main is not reverted, so the next deploy would upgrade ${escapeMarkdown(where(order))} again. An operator closes this issue when that is safe.`
  return truncateMarkdown(
    [
      `${mentionLogin(order.by)} rolls ${escapeMarkdown(where(order))} back to ${markdownCode(short(order.to))}: **${escapeMarkdown(order.reason, 400)}** (${markdownLink('run', runUrl(run))})`,
      '',
      `Nothing else is deployed while this issue is open. ${ends}`,
      '',
      requestBlock(order),
      '',
    ].join('\n'),
    commentLimit,
  )
}

const diffRoom = 200_000

/** What the rollback changes, for the summary: shown before anything is done. */
export function describeRequest(
  order: RollbackRequest,
  goingBack: RollbackPlan,
  others: TargetCandidate[],
  compareUrl: string,
): string {
  const { bad, pulls, files } = goingBack
  const section = (title: string, lines: string[]): string[] =>
    lines.length === 0 ? [] : [`#### ${title}`, '', ...lines, '']
  return truncateMarkdown(
    [
      `### Rollback of ${escapeMarkdown(where(order))} to ${markdownCode(short(order.to))}`,
      '',
      `${mentionLogin(order.by)}: **${escapeMarkdown(order.reason, 400)}**`,
      '',
      ...section(
        'Versions',
        bad.map(
          ({ component, from, to }) =>
            `- ${escapeMarkdown(component.name)}: ${markdownCode(from)} → ${markdownCode(to)}`,
        ),
      ),
      ...section(
        order.all ? 'Reverted' : 'Still on main, but no longer on the cluster',
        pulls.map(({ number, url, title }) => `- ${markdownLink(`#${number}`, url)} ${escapeMarkdown(title)}`),
      ),
      ...section('Files', [
        ...files.slice(0, 100).map(({ path }) => `- ${markdownCode(path)}`),
        ...(files.length > 100 ? [`- and ${files.length - 100} more`] : []),
        '',
        `What is undone: ${markdownLink('full diff', compareUrl)}`,
        '',
        ...diffs(files),
      ]),
      ...section(
        'Other verified commits',
        others.map(({ commit, title }) => `- ${markdownCode(short(commit))} ${escapeMarkdown(title)}`),
      ),
    ].join('\n'),
    summaryLimit,
  )
}

function diffs(files: RollbackPlan['files']): string[] {
  let room = diffRoom
  return files.flatMap(({ path, diff }) => {
    if (diff === undefined || diff.length > room) return []
    room -= diff.length
    // A fence that is longer than any in the text.
    const fence = '`'.repeat(Math.max(3, ...(diff.match(/`+/g) ?? []).map((ticks) => ticks.length + 1)))
    return [
      `<details><summary>${escapeMarkdown(path)}</summary>`,
      '',
      `${fence}diff`,
      diff,
      fence,
      '',
      '</details>',
      '',
    ]
  })
}
