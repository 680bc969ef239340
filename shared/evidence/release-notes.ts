import type { EvidenceModule } from './module.js'

export const releaseNotesEvidence: EvidenceModule = {
  what: 'what it does, and the release notes, acknowledged item by item',
  how: 'An operator reads them and comments "/ack" with the numbers, as "/ack 1 2".',
  show({ items, acked }) {
    const left = items.filter(({ key }) => !acked.has(key)).map(({ number }) => number)
    if (left.length === 0) return { ok: true, why: items.length === 0 ? 'there is nothing to read' : 'all are' }
    return { ok: false, why: `not yet: ${left.slice(0, 20).join(', ')}${left.length > 20 ? ', ...' : ''}` }
  },
}
