import { isDowntime } from '../risk/effects.js'
import { daysInMs, type EvidenceModule, isFresh, shownEvidence } from './module.js'

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

/** A cluster is not the same for ever. */
const lasts = daysInMs(7)

export const apiDryRunEvidence: EvidenceModule = {
  what: "every cluster's word that it would take it (API dry-run)",
  how: 'An operator comments "/dry-run": every cluster is asked, and changes nothing.',
  show({ dryRun, now }) {
    if (!dryRun) return undefined
    const { ok, at } = dryRun
    if (!ok) return { ok: false, why: `not every cluster would take it, or could be asked (${shownEvidence(at)})` }
    return isFresh(now, at, lasts, `all would take it (${shownEvidence(at)})`)
  },
}

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

/** The jobs that ask the clusters look at it where a change says which Kubernetes it leads to; see version-skew.ts. */
export const versionSkewEvidence: EvidenceModule = {
  what: 'that kubelets, kubectl and Helm go together with the new API server',
  how: 'An operator comments "/dry-run": every cluster is looked at. Upgrade first what its job names.',
  show({ dryRun, now }) {
    if (!dryRun) return undefined
    const { ok, at } = dryRun
    if (!ok)
      return { ok: false, why: `not every cluster could be asked, or goes together with it (${shownEvidence(at)})` }
    return isFresh(now, at, lasts, `they do on every cluster (${shownEvidence(at)})`)
  },
}
