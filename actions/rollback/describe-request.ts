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
  `Freeze: ${where(order)} goes back to ${short(order.to)} by hand`

export const freezeMarker = '<!-- lockstep:freeze -->'

/** Why nothing is deployed for now, and how that ends. */
export function freezeBody(order: RollbackRequest, run: RunFacts): string {
  const ends = order.all
    ? 'This closes by itself once main is taken back as well and that is verified. If it does not: look at the run.'
    : `Main stays as it is, so the next deploy would bring it to ${escapeMarkdown(where(order))} again. An operator closes this issue when that is right.`
  return truncateMarkdown(
    [
      `${mentionLogin(order.by)} takes ${escapeMarkdown(where(order))} back to ${markdownCode(short(order.to))}: **${escapeMarkdown(order.reason, 400)}** (${markdownLink('run', runUrl(run))})`,
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

/** What going back changes, for the summary: shown before anything is done. */
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
      `### ${escapeMarkdown(where(order))} back to ${markdownCode(short(order.to))}`,
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
        order.all ? 'Taken back' : 'On main, and no longer on that cluster',
        pulls.map(({ number, url, title }) => `- ${markdownLink(`#${number}`, url)} ${escapeMarkdown(title)}`),
      ),
      ...section('Files', [
        ...files.slice(0, 100).map(({ path }) => `- ${markdownCode(path)}`),
        ...(files.length > 100 ? [`- and ${files.length - 100} more`] : []),
        '',
        `What goes away again: ${markdownLink('the whole difference', compareUrl)}`,
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
