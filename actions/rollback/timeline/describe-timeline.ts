import {
  commentLimit,
  escapeMarkdown,
  markdownCode,
  markdownLink,
  truncateMarkdown,
} from '../../../shared/report/markdown.js'
import { timelineMarker } from '../../../shared/report/timeline-marker.js'
import type { FailedRange } from '../revert/git-types.js'
import type { TimelineEvent } from './timeline.js'

/** For a telephone: no table, one line for each thing that happened, the newest last. */
export function describeTimeline(failure: FailedRange, happenings: TimelineEvent[], timezone: string): string {
  const time = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' })
  return truncateMarkdown(
    [
      timelineMarker,
      `**${escapeMarkdown(failure.cause, 400)}** (${markdownLink('run', failure.url)})`,
      '',
      `Rollback to ${markdownCode(failure.verified.slice(0, 7))}:`,
      '',
      ...happenings.map((one) => `- ${time.format(new Date(one.at))} ${words(one)}`),
      '',
      `Times are in ${escapeMarkdown(timezone)}. Lockstep updates this comment.`,
      '',
    ].join('\n'),
    commentLimit,
  )
}

function words(one: TimelineEvent): string {
  switch (one.kind) {
    case 'merged':
      return `${markdownLink(`#${one.number}`, one.url)} is merged: ${escapeMarkdown(one.title)}`
    case 'verified':
      return `**${escapeMarkdown(one.cluster)}** was upgraded, and is verified`
    case 'failed':
      return `**${escapeMarkdown(one.cluster)}** failed: ${escapeMarkdown(one.why)}`
    case 'back':
      return `**${escapeMarkdown(one.cluster)}** was rolled back, and is verified`
    case 'not-back':
      return `**${escapeMarkdown(one.cluster)}** was not rolled back: ${escapeMarkdown(one.why)}`
    case 'again':
      return `**${escapeMarkdown(one.cluster)}** is verified after the revert`
    case 'revert-opened':
      return `${markdownLink(`#${one.number}`, one.url)} reverts main`
    case 'revert-merged':
      return `${markdownLink(`#${one.number}`, one.url)} is merged`
  }
}
