import { oneLine } from '../report/markdown.js'
import type { Classification } from '../risk/classify.js'
import type { Derivation } from './decide.js'
import { tierNames } from './tiers.js'

const maxFindings = 200

/** The whole derivation as plain text: the findings with their tiers and reasons, the requirements, what is missing. */
export function explainChange(what: Classification, { green, process, tier, needs, split }: Derivation): string[] {
  const shown = what.findings.slice(0, maxFindings)
  const more = what.findings.length - shown.length
  const marks = { met: 'ok     ', missing: 'missing', never: 'NEVER  ' }
  return [
    'What changes',
    ...shown.map((one) => `  ${one.tier.padEnd(4)} ${one.kind}: ${oneLine(one.what, 300)} (${oneLine(one.why)})`),
    ...(more > 0 ? [`  and ${more} more of the same or a lower tier`] : []),
    '',
    `Change classes: ${what.kinds.join(', ') || 'none'}`,
    `Process: ${process}${what.infrastructure ? ', needs infrastructure review' : ''}`,
    `Tier: ${tierNames[tier]}`,
    ...(split === undefined ? [] : [`Hint: ${split}`]),
    '',
    'What it needs',
    ...(needs.length === 0 ? ['  nothing'] : []),
    ...needs.map((need) => `  ${marks[need.state]} ${oneLine(need.what)} (${oneLine(need.why)}). ${oneLine(need.who)}`),
    '',
    green ? 'Green: it may be merged.' : 'Red: something is missing.',
  ]
}
