import type { Outside } from '../../../shared/infra/outside.js'
import { tierNames } from '../../../shared/infra/tiers.js'
import { bounded, code, commentLimit, plain } from '../../../shared/report/markdown.js'
import type { OutsideJudgement } from './judge.js'

export const changeLabel = 'infra-change'
export const checklistMarker = '<!-- lockstep:outside -->'

export const titleOf = ({ kind, cluster, from, to }: Outside): string =>
  `${cluster}: ${kind}${from || to ? ` from ${from || 'nothing'} to ${to || 'nothing'}` : ''}`

/** What was asked for. Only read by people: the gate's record is what counts. */
export function issueBody(
  { kind, cluster, from, to, plan, window, companion }: Outside,
  by: string,
  marker: string,
): string {
  const lines = [
    ['What', plain(kind)],
    ['Cluster', plain(cluster)],
    ['From', plain(from)],
    ['To', plain(to)],
    ['When', plain(window, 500)],
    ['Goes with', plain(companion, 500)],
    ['Asked for by', plain(by)],
  ].filter(([, text]) => text !== '')
  return [
    marker,
    'A change that is made outside this repository. Below is what it needs, kept up to date.',
    lines.map(([name, text]) => `- **${name}:** ${text}`).join('\n'),
    `**Plan:** ${plain(plan, 4_000)}`,
    'To change any of this, close the issue and start `change` again: approvals are for exactly this.',
  ].join('\n\n')
}

/** Short lines and no tables: it is read on phones. */
export function checklist({ what, derivation }: OutsideJudgement, phase: 'asked' | 'begun' | 'ended'): string {
  const { needs, green, tier } = derivation
  const marks = { met: '- [x]', missing: '- [ ]', never: '- [ ] **not allowed:**' }
  const next = {
    asked: green
      ? 'It has all that it needs. Whoever does it says `/begin`, waits for the answer, does it, and says `/done`.'
      : 'It is not to be begun yet.',
    begun: 'It has begun. Once it is done, say `/done`.',
    ended: 'It is over.',
  }
  const [why] = what.findings
  return bounded(
    [
      checklistMarker,
      `### ${tierNames[tier]}`,
      ...(why ? [`${plain(why.what, 300)} (${plain(why.why)}).`] : []),
      needs.map((need) => `${marks[need.state]} ${plain(need.what)} (${plain(need.why, 400)})`).join('\n'),
      `**What to do next:** ${next[phase]}`,
      ...(phase === 'asked' ? [howTo] : []),
    ].join('\n\n'),
    commentLimit,
  )
}

const howTo = [
  'Operators say it in the first line of a new comment (an edited one is none):',
  `${code('/approve')}, ${code('/standby')}, ${code('/hold REASON')}, ${code('/unhold')},`,
  `${code('/shown removed-apis|release-notes|backup|runbook|announcement HOW')}, as ${code('/shown backup hub-db-17')}.`,
  'That it was staged is not said but looked up: the same change, done on staging within seven days; a dangerous one a day ago or longer.',
].join(' ')
