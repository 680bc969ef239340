import type { Label } from '../../shared/github/labels.js'
import { commentLimit, escapeMarkdown, markdownCode, truncateMarkdown } from '../../shared/report/markdown.js'
import { tierNames } from '../../shared/requirements/tiers.js'
import type { ExternalChange } from '../../shared/risk/external-change.js'
import type { ExternalChangeEvaluation } from './evaluate.js'

export const changeLabel: Label = 'deploy-change-request'
export const checklistMarker = '<!-- lockstep:outside -->'

export const titleOf = ({ kind, cluster, from, to }: ExternalChange): string =>
  `${cluster}: ${kind}${from || to ? ` from ${from || 'nothing'} to ${to || 'nothing'}` : ''}`

/** What was asked for. Only read by people: the gate's record is what counts. */
export function issueBody(
  { kind, cluster, from, to, plan, window, 'linked-pull-request': linked }: ExternalChange,
  by: string,
  marker: string,
): string {
  const lines = [
    ['What', escapeMarkdown(kind)],
    ['Cluster', escapeMarkdown(cluster)],
    ['From', escapeMarkdown(from)],
    ['To', escapeMarkdown(to)],
    ['When', escapeMarkdown(window, 500)],
    ['Goes with', escapeMarkdown(linked, 500)],
    ['Asked for by', escapeMarkdown(by)],
  ].filter(([, text]) => text !== '')
  return [
    marker,
    'A change that is made outside this repository. Below is what it needs, kept up to date.',
    lines.map(([name, text]) => `- **${name}:** ${text}`).join('\n'),
    `**Plan:** ${escapeMarkdown(plan, 4_000)}`,
    'To change any of this, close the issue and start `change` again: approvals are for exactly this.',
  ].join('\n\n')
}

/** Short lines and no tables: it is read on phones. */
export function changeChecklist(
  { what, derivation }: ExternalChangeEvaluation,
  phase: 'asked' | 'begun' | 'ended',
): string {
  const { needs, green, tier } = derivation
  const marks = { met: '- [x]', missing: '- [ ]', never: '- [ ] **not allowed:**' }
  const next = {
    asked: green
      ? 'It has all that it needs. Whoever does it says `/start`, waits for the answer, does it, and says `/done`.'
      : 'It is not to be begun yet.',
    begun: 'It has begun. Once it is done, say `/done`.',
    ended: 'It is over.',
  }
  const [why] = what.findings
  return truncateMarkdown(
    [
      checklistMarker,
      `### ${tierNames[tier]}`,
      ...(why ? [`${escapeMarkdown(why.what, 300)} (${escapeMarkdown(why.why)}).`] : []),
      needs
        .map((need) => `${marks[need.state]} ${escapeMarkdown(need.what)} (${escapeMarkdown(need.why, 400)})`)
        .join('\n'),
      `**What to do next:** ${next[phase]}`,
      ...(phase === 'asked' ? [howTo] : []),
    ].join('\n\n'),
    commentLimit,
  )
}

const howTo = [
  'Operators say it in the first line of a new comment (an edited one is none):',
  `${markdownCode('/approve')}, ${markdownCode('/standby')}, ${markdownCode('/hold REASON')}, ${markdownCode('/unhold')},`,
  `${markdownCode('/evidence removed-apis|release-notes|runbook|announcement HOW')}, as ${markdownCode('/evidence release-notes read')}; ${markdownCode('/evidence backup ID TIME')}, as ${markdownCode('/evidence backup hub-db-17 2026-03-02T09:30Z')}.`,
  'That it was staged is not said but looked up: the same change, done on staging within seven days; a dangerous one a day ago or longer.',
].join(' ')
