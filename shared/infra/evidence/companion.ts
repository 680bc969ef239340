import type { EvidenceFacts, EvidenceModule, Shown } from './module.js'

const words = {
  merged: 'is merged',
  green: 'is open, and its check is green',
  red: 'is open, and its check is not green',
  closed: 'was closed and not merged',
} as const

/** How a pull request is that a change outside the repo goes with. */
export type CompanionState = keyof typeof words

/** Done alone, either of the two would break something. */
export const companion = {
  what: 'the pull request that goes with it, merged or ready to be',
  how: 'Get its check green, or merge it; then say "/begin".',
  show({ companion: other }: Pick<EvidenceFacts, 'companion'>): Shown | undefined {
    if (!other) return undefined
    const { number, state } = other
    return { ok: state === 'merged' || state === 'green', why: `#${number} ${words[state]}` }
  },
} satisfies EvidenceModule
