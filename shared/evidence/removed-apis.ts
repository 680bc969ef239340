import type { EvidenceModule } from './module.js'

export const removedApisEvidence: EvidenceModule = {
  what: 'that no API is used that the clusters do not serve',
  how: 'Take a version of the chart that uses the newer API, or correct the template.',
  show({ rendered }) {
    if (!rendered) return undefined
    const [first] = rendered.clusters.flatMap(({ removedApis }) => removedApis)
    if (!first) {
      const by = rendered.target === undefined ? 'any released Kubernetes' : `Kubernetes ${rendered.target}`
      return { ok: true, why: `${by} serves all of it` }
    }
    const { object, apiVersion, removedIn, instead } = first
    const use = instead === undefined ? '' : `; write ${instead}`
    return { ok: false, why: `${object} uses ${apiVersion}, which Kubernetes ${removedIn} removed${use}` }
  },
}
