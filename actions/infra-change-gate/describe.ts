import { bounded, commentLimit, plain } from '../../shared/report/markdown.js'
import type { Verdict } from './decide.js'

export const commentMarker = '<!-- lockstep:gate -->'

const sentence = (text: string): string => plain(text, 4_000)

/** The check's own page. GitHub allows 65,535 characters. */
export const checkSummary = (verdict: Verdict): string => {
  const { why, next, change } = verdict
  return bounded(
    [sentence(why), `**What to do next:** ${sentence(next)}`, ...(change ? changeLines(change) : [])].join('\n\n'),
    60_000,
  )
}

const maxFindings = 12

/** Short lines and no tables: they are read on phones. */
function changeLines({ what, derivation }: NonNullable<Verdict['change']>): string[] {
  const shown = what.findings.slice(0, maxFindings)
  const more = what.findings.length - shown.length
  const changes = [
    ...shown.map(({ kind, tier, what: does, why }) => `- ${plain(does, 300)} (${plain(kind)}, ${tier}: ${plain(why)})`),
    ...(more > 0 ? [`- and ${more} more of no higher tier`] : []),
  ]
  const marks = { met: '- [x]', missing: '- [ ]', never: '- [ ] **not allowed:**' }
  const needs = derivation.needs.map(
    ({ state, what: need, who, why }) =>
      `${marks[state]} ${plain(need)} (${plain(why, 400)})${state === 'met' ? '' : `<br>${plain(who, 400)}`}`,
  )
  return [
    ['**What it changes**', '', ...changes].join('\n'),
    ...(needs.length > 0 ? [['**What it needs**', '', ...needs].join('\n')] : []),
    ...(derivation.split === undefined ? [] : [`**Hint:** ${sentence(derivation.split)}`]),
  ]
}

/** The sticky comment: only said where somebody has something to do, and taken back when that is done. */
export const comment = (verdict: Verdict): string => {
  const text =
    verdict.conclusion === 'failure'
      ? `### ${sentence(verdict.title)}\n\n${checkSummary(verdict)}`
      : `### ${sentence(verdict.title)}\n\nAll is well now: \`lockstep / gate\` is green.`
  return bounded(`${commentMarker}\n${text}`, commentLimit)
}
