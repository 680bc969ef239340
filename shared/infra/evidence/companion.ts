import { companionStates } from './companion-state.js'
import type { EvidenceFacts, EvidenceModule, Shown } from './module.js'

/** Done alone, either of the two would break something. */
export const companion = {
  what: 'the pull request that goes with it, merged or ready to be',
  how: 'Get its check green, or merge it; then say "/begin".',
  show({ companion: other }: Pick<EvidenceFacts, 'companion'>): Shown | undefined {
    if (!other) return undefined
    const { number, state } = other
    return { ok: state === 'merged' || state === 'green', why: `#${number} ${companionStates[state]}` }
  },
} satisfies EvidenceModule
