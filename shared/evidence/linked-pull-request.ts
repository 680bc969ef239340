import { linkedPullRequestStates } from './linked-pull-request-state.js'
import type { EvidenceFacts, EvidenceModule, Shown } from './module.js'

/** Done alone, either of the two would break something. */
export const linkedPullRequestEvidence = {
  what: 'the pull request that goes with it, merged or ready to be',
  how: 'Get its check green, or merge it; then say "/start".',
  show({ linkedPullRequest: other }: Pick<EvidenceFacts, 'linkedPullRequest'>): Shown | undefined {
    if (!other) return undefined
    const { number, state } = other
    return { ok: state === 'merged' || state === 'green', why: `#${number} ${linkedPullRequestStates[state]}` }
  },
} satisfies EvidenceModule
