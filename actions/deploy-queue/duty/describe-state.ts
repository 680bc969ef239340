import { commentLimit, escapeMarkdown, markdownLink, truncateMarkdown } from '../../../shared/report/markdown.js'
import { timelineMarker } from '../../../shared/report/timeline-marker.js'
import type { QueueStatus } from '../types.js'
import { durationPassed } from './describe-duty.js'
import type { OpenAssignment } from './open-assignments.js'

/** On the merge commit upstream; undefined where nothing has happened yet. */
export function statusOf(turn: OpenAssignment): QueueStatus | undefined {
  const { phase, verified, left, failed, url } = turn
  if (phase === 'verified') return say('success', `Verified on all clusters${durationPassed(turn)}.`, url)
  if (phase === 'back')
    return say('failure', failed ? `Failed on ${failed.record.cluster} and was reverted.` : 'Reverted.', url)
  if (phase === 'failing')
    return say('failure', `Failed on ${failed?.record.cluster ?? 'a cluster'}; rollback in progress.`, url)
  const last = verified.at(-1)?.cluster
  return last === undefined ? undefined : say('pending', `Verified on ${last}; next: ${left[0] ?? 'none'}.`, url)
}

const say = (state: QueueStatus['state'], text: string, url: string): QueueStatus => ({
  state,
  description: [...text].slice(0, 140).join(''),
  url,
})

const stateMark = '<!-- lockstep:state -->'
const failureMark = '<!-- lockstep:failure -->'

/**
 * What becomes of the comment under the upstream pull request. Where it tells of a failure, that stays: alone until everything is
 * verified, then below. Undefined where there is nothing to tell, or the failure's own words tell it.
 */
export function stateComment(turn: OpenAssignment, runsUrl: string, present: string | undefined): string | undefined {
  const { phase, verified } = turn
  if (phase === 'back' || phase === 'failing' || verified.length === 0) return undefined
  const failure = failureIn(present)
  if (failure !== '' && phase !== 'verified') return undefined
  const text = [
    timelineMarker,
    stateMark,
    inWords(turn, runsUrl),
    ...(failure === '' ? [] : [failureMark, failure]),
    '',
  ]
  return truncateMarkdown(text.join('\n'), commentLimit)
}

function failureIn(present: string | undefined): string {
  if (present === undefined) return ''
  const text = present.replaceAll('\r\n', '\n')
  const own = text.includes(stateMark) ? text.split(`${failureMark}\n`)[1] : text.slice(timelineMarker.length)
  return own?.trim() ?? ''
}

function inWords(turn: OpenAssignment, runsUrl: string): string {
  const { phase, verified, left, pull, url } = turn
  const names = verified.map(({ cluster }) => escapeMarkdown(cluster)).join(', ')
  const links = `${markdownLink(`deploy pull request #${pull}`, url)}, ${markdownLink('deploys', runsUrl)}`
  if (phase === 'verified')
    return `**Deployed to all clusters, and verified**${durationPassed(turn)}: ${names} (${links}).`
  return `**Deployed to ${names}, and verified.** Next: ${escapeMarkdown(left[0] ?? '')} (${links}). This comment is kept up to date.`
}
