import type { Run } from '../../shared/action/facts.js'
import { runUrl } from '../../shared/action/facts.js'
import { bounded, code, commentLimit, link, mention, plain, summaryLimit } from '../../shared/report/markdown.js'
import type { GoingBack } from './begin-facts.js'
import type { Candidate } from './choose.js'
import { type Order, orderBlock } from './order.js'

const short = (commit: string): string => commit.slice(0, 7)
const where = ({ all, clusters }: Order): string => (all ? 'every cluster' : clusters.join(', '))

export const freezeTitle = (order: Order): string => `Freeze: ${where(order)} goes back to ${short(order.to)} by hand`

export const freezeMarker = '<!-- lockstep:freeze -->'

/** Why nothing is deployed for now, and how that ends. */
export function freezeBody(order: Order, run: Run): string {
  const ends = order.all
    ? 'This closes by itself once main is taken back as well and that is verified. If it does not: look at the run.'
    : `Main stays as it is, so the next deploy would bring it to ${plain(where(order))} again. An operator closes this issue when that is right.`
  return bounded(
    [
      `${mention(order.by)} takes ${plain(where(order))} back to ${code(short(order.to))}: **${plain(order.reason, 400)}** (${link('run', runUrl(run))})`,
      '',
      `Nothing else is deployed while this issue is open. ${ends}`,
      '',
      orderBlock(order),
      '',
    ].join('\n'),
    commentLimit,
  )
}

const diffRoom = 200_000

/** What going back changes, for the summary: shown before anything is done. */
export function describeOrder(order: Order, goingBack: GoingBack, others: Candidate[], compareUrl: string): string {
  const { bad, pulls, files } = goingBack
  const section = (title: string, lines: string[]): string[] =>
    lines.length === 0 ? [] : [`#### ${title}`, '', ...lines, '']
  return bounded(
    [
      `### ${plain(where(order))} back to ${code(short(order.to))}`,
      '',
      `${mention(order.by)}: **${plain(order.reason, 400)}**`,
      '',
      ...section(
        'Versions',
        bad.map(({ component, from, to }) => `- ${plain(component.name)}: ${code(from)} → ${code(to)}`),
      ),
      ...section(
        order.all ? 'Taken back' : 'On main, and no longer on that cluster',
        pulls.map(({ number, url, title }) => `- ${link(`#${number}`, url)} ${plain(title)}`),
      ),
      ...section('Files', [
        ...files.slice(0, 100).map(({ path }) => `- ${code(path)}`),
        ...(files.length > 100 ? [`- and ${files.length - 100} more`] : []),
        '',
        `What goes away again: ${link('the whole difference', compareUrl)}`,
        '',
        ...diffs(files),
      ]),
      ...section(
        'Other verified commits',
        others.map(({ commit, title }) => `- ${code(short(commit))} ${plain(title)}`),
      ),
    ].join('\n'),
    summaryLimit,
  )
}

function diffs(files: GoingBack['files']): string[] {
  let room = diffRoom
  return files.flatMap(({ path, diff }) => {
    if (diff === undefined || diff.length > room) return []
    room -= diff.length
    // A fence that is longer than any in the text.
    const fence = '`'.repeat(Math.max(3, ...(diff.match(/`+/g) ?? []).map((ticks) => ticks.length + 1)))
    return [`<details><summary>${plain(path)}</summary>`, '', `${fence}diff`, diff, fence, '', '</details>', '']
  })
}
