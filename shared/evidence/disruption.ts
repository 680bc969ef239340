import { isDowntime } from '../risk/effects.js'
import type { EvidenceModule } from './module.js'

export const disruptionEvidence: EvidenceModule = {
  what: 'how users are disrupted',
  how: 'The gate finds it out by rendering; where that failed, its job "render" says why.',
  show({ rendered }) {
    if (!rendered) return undefined
    const restarts = rendered.clusters.some(({ disruptions }) => disruptions.length > 0)
    const how = restarts ? 'workloads restart, and none is away' : 'nothing restarts'
    return { ok: true, why: isDowntime(rendered) ? 'something is away for a moment, see above' : how }
  },
}
