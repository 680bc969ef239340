import type { EvidenceModule } from './module.js'

export const renderedDiffEvidence: EvidenceModule = {
  what: 'what comes out of it, rendered for every cluster',
  how: 'The gate renders it by itself. Where that failed, its job "render" says why: correct that and push.',
  show({ rendered }) {
    if (!rendered) return undefined
    const affected = new Set(rendered.clusters.flatMap(({ cluster, affected }) => (affected ? [cluster] : [])))
    const all = new Set(rendered.clusters.map(({ cluster }) => cluster))
    return { ok: true, why: `it changes ${affected.size} of ${all.size} clusters` }
  },
}
