import { bounded, code, commentLimit, link, plain } from '../../shared/report/markdown.js'
import { timelineMarker } from '../../shared/report/timeline-marker.js'
import type { Failure } from './git-types.js'
import type { Happening } from './timeline.js'

/** For a telephone: no table, one line for each thing that happened, the newest last. */
export function describeTimeline(failure: Failure, happenings: Happening[], timezone: string): string {
  const time = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' })
  return bounded(
    [
      timelineMarker,
      `**${plain(failure.cause, 400)}** (${link('run', failure.url)})`,
      '',
      `What is deployed goes back to ${code(failure.verified.slice(0, 7))}:`,
      '',
      ...happenings.map((one) => `- ${time.format(new Date(one.at))} ${words(one)}`),
      '',
      `Times are ${plain(timezone)}. This comment is kept up to date.`,
      '',
    ].join('\n'),
    commentLimit,
  )
}

function words(one: Happening): string {
  switch (one.kind) {
    case 'merged':
      return `${link(`#${one.number}`, one.url)} is merged: ${plain(one.title)}`
    case 'verified':
      return `**${plain(one.cluster)}** has it, and it is verified`
    case 'failed':
      return `**${plain(one.cluster)}** failed: ${plain(one.why)}`
    case 'back':
      return `**${plain(one.cluster)}** is back, and verified`
    case 'not-back':
      return `**${plain(one.cluster)}** is not back: ${plain(one.why)}`
    case 'again':
      return `**${plain(one.cluster)}** is verified with main as it is now`
    case 'revert-opened':
      return `${link(`#${one.number}`, one.url)} takes main back`
    case 'revert-merged':
      return `${link(`#${one.number}`, one.url)} is merged`
  }
}
