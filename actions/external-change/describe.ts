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
    ['Change', escapeMarkdown(kind)],
    ['Cluster', escapeMarkdown(cluster)],
    ['From', escapeMarkdown(from)],
    ['To', escapeMarkdown(to)],
    ['When', escapeMarkdown(window, 500)],
    ['Linked pull request', escapeMarkdown(linked, 500)],
    ['Requested by', escapeMarkdown(by)],
  ].filter(([, text]) => text !== '')
  return [
    marker,
    'A change that is made outside this repository. The comment below lists its requirements and is kept up to date.',
    lines.map(([name, text]) => `- **${name}:** ${text}`).join('\n'),
    `**Plan:** ${escapeMarkdown(plan, 4_000)}`,
    'To change any of this, close this issue and run the workflow `change` again: approvals apply to exactly this request.',
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
      ? 'All requirements are met. Whoever makes the change comments `/start`, waits for the reply, makes the change, and comments `/done`.'
      : 'Do not start yet: meet the open requirements first.',
    begun: 'The change has started. When it is made, comment `/done`.',
    ended: 'Nothing. The change is done.',
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
  'Operators write these commands in the first line of a new comment (edited comments do not count):',
  `${markdownCode('/approve')}, ${markdownCode('/standby')}, ${markdownCode('/hold REASON')}, ${markdownCode('/unhold')},`,
  `${markdownCode('/evidence removed-apis|release-notes|runbook|announcement HOW')}, for example ${markdownCode('/evidence release-notes read')}; ${markdownCode('/evidence backup ID TIME')}, for example ${markdownCode('/evidence backup hub-db-17 2026-03-02T09:30Z')}.`,
  'No command records a staging trial. Lockstep looks it up: the same change, done on a staging cluster in the last seven days, for T3 at least one day ago.',
].join(' ')
