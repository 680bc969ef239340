import type { EvidenceModule } from './module.js'

export const immutableFieldsEvidence: EvidenceModule = {
  what: 'that no field changes that cannot be changed in place',
  how: 'Give the object another name, so that a new one is made; then take the old one away in a change of its own.',
  show({ rendered }) {
    if (!rendered) return undefined
    const blind = rendered.clusters.find(({ cause }) => cause === 'no-base')
    // The clusters themselves still say so in the dry-run.
    if (blind) return { ok: true, why: `what ${blind.cluster} has cannot be compared, so only its API server knows` }
    const [first] = rendered.clusters.flatMap(({ dangers }) => dangers.filter(({ kind }) => kind === 'immutable-field'))
    return first ? { ok: false, why: first.text.replace(/\.$/, '') } : { ok: true, why: 'none does' }
  },
}
