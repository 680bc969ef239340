import { commentLimit, escapeMarkdown, truncateMarkdown } from '../../../shared/report/markdown.js'
import type { Derivation } from '../../../shared/requirements/decide.js'
import type { GateVerdict } from './decide.js'

export const commentMarker = '<!-- lockstep:gate -->'

const sentence = (text: string): string => escapeMarkdown(text, 4_000)

/** The check's own page. GitHub allows 65,535 characters. */
export const checkSummary = (verdict: GateVerdict): string => {
  const { why, next, change } = verdict
  return truncateMarkdown(
    [sentence(why), `**What to do next:** ${sentence(next)}`, ...(change ? changeLines(change) : [])].join('\n\n'),
    60_000,
  )
}

const maxFindings = 12

/** Short lines and no tables, because people read them on phones. */
function changeLines(change: NonNullable<GateVerdict['change']>): string[] {
  const { derivation } = change
  const lists = [
    list('Effect on users', effects(change)),
    list('Changes', findings(change)),
    list('Requirements', derivation.needs.map(need)),
  ]
  const hint = derivation.split === undefined ? [] : [`**Hint:** ${sentence(derivation.split)}`]
  return [...lists.flat(), ...hint]
}

const list = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [[`**${title}**`, '', ...lines].join('\n')]

const effects = ({ effects: known }: NonNullable<GateVerdict['change']>): string[] =>
  (known ?? []).map((effect) => `- ${escapeMarkdown(effect, 500)}`)

/** An item that has to be acknowledged starts with its number. */
function findings({ what, items }: NonNullable<GateVerdict['change']>): string[] {
  const last = Math.max(-1, ...items.map(({ finding }) => what.findings.indexOf(finding)))
  const shown = what.findings.slice(0, Math.max(maxFindings, last + 1))
  const more = what.findings.length - shown.length
  const lines = shown.map((one) => {
    const item = items.find(({ finding }) => finding === one)
    const number = item ? `**${item.number}** ` : ''
    return `- ${number}${escapeMarkdown(one.what, 300)} (${escapeMarkdown(one.kind)}, ${one.tier}: ${escapeMarkdown(one.why)})`
  })
  return [...lines, ...(more > 0 ? [`- and ${more} more of the same or a lower tier`] : [])]
}

const marks = { met: '- [x]', missing: '- [ ]', never: '- [ ] **not allowed:**' }

const need = ({ state, what, who, why }: Derivation['needs'][number]): string =>
  `${marks[state]} ${escapeMarkdown(what)} (${escapeMarkdown(why, 400)})${state === 'met' ? '' : `<br>${escapeMarkdown(who, 400)}`}`

/** The sticky comment: created only if somebody has something to do, and replaced when that is done. */
export const gateComment = (verdict: GateVerdict): string => {
  const text =
    verdict.conclusion === 'failure'
      ? `### ${sentence(verdict.title)}\n\n${checkSummary(verdict)}`
      : `### ${sentence(verdict.title)}\n\nNothing is left to do: \`lockstep / gate\` is green.`
  return truncateMarkdown(`${commentMarker}\n${text}`, commentLimit)
}
